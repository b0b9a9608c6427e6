"""Fills a moto server with a small, realistic AWS account for Prowler to scan.

    AWS_ENDPOINT_URL=http://127.0.0.1:5555 python seed.py

The account is a made-up shop, "harbor-retail", in us-east-1 and eu-west-1. Nearly every kind of
resource comes in a good and a bad variant, so that a scan has passes and failures.
Every secret in here is invented. They are there so that the masking of secrets can be tested on
what Prowler really writes.

A part that moto cannot do is an error: the versions are pinned, so a seed that worked must go on
working, and a resource that silently went missing would change what the tests see.
"""

import base64
import io
import json
import os
import sys
import traceback
import urllib.parse
import urllib.request
import zipfile

import boto3
from botocore.config import Config

ENDPOINT = os.environ.get("AWS_ENDPOINT_URL", "")
HOME = "us-east-1"
SECOND = "eu-west-1"

# Only ever a mock on this machine: this script makes world-open resources.
if urllib.parse.urlsplit(ENDPOINT).hostname not in ("127.0.0.1", "localhost", "::1"):
    sys.exit("seed.py: AWS_ENDPOINT_URL must be a server on this machine")

# Invented. Not one of these opens anything anywhere.
FAKE_DB_PASSWORD = "Sup3rS3cret-Harbor-2024!"
FAKE_ORDERS_URL = "postgresql://orders_app:T1deTable-99-xq@orders-db.harbor.example:5432/orders"
FAKE_AWS_KEY_ID = "AKIAZ7HRBRQ4TESTONLY"
FAKE_AWS_SECRET = "hR8xQ2vLr0TzPq9WmN4sKd7JfYb3GcVu1EaXiOe5"
FAKE_PRIVATE_TOKEN = "harbor-internal-token-5f2c9a7e1b3d4680"

TAGS_PROD = {"environment": "prod", "owner": "payments", "cost-center": "4410"}
TAGS_DEV = {"environment": "dev", "owner": "web"}
# Tags are free text in real accounts: colons, commas, and a value that a spreadsheet would run.
TAGS_ODD = {"environment": "prod", "contact": "ops: on-call, tier: 1", "note": "=1+1", "team": "@platform"}


def client(service, region=HOME):
    return boto3.client(
        service,
        region_name=region,
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=60),
    )


def kv(tags):
    return [{"Key": k, "Value": v} for k, v in tags.items()]


def lower_kv(tags):
    return [{"key": k, "value": v} for k, v in tags.items()]


def code_zip(source):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        # A fixed date, so that the code's hash is the same in every run.
        archive.writestr(zipfile.ZipInfo("app.py", (2024, 1, 1, 0, 0, 0)), source)
    return data.getvalue()


def statement(effect, action, resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service):
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


# What later parts need from earlier ones: key ids, role names, subnets.
made = {}


def kms():
    for region in (HOME, SECOND):
        c = client("kms", region)
        good = c.create_key(Description="Customer data", Tags=[{"TagKey": "environment", "TagValue": "prod"}])
        good_id = good["KeyMetadata"]["KeyId"]
        c.enable_key_rotation(KeyId=good_id)
        c.create_alias(AliasName="alias/customer-data", TargetKeyId=good_id)
        made["kms", region] = good["KeyMetadata"]["Arn"]
        bad = c.create_key(Description="Old batch jobs")["KeyMetadata"]["KeyId"]
        c.create_alias(AliasName="alias/legacy-batch", TargetKeyId=bad)
    c = client("kms")
    public = c.create_key(
        Description="Partner exchange",
        Policy=document(statement("Allow", "kms:*", Principal="*", Sid="everyone")),
    )["KeyMetadata"]["KeyId"]
    gone = c.create_key(Description="To be removed")["KeyMetadata"]["KeyId"]
    c.schedule_key_deletion(KeyId=gone, PendingWindowInDays=7)
    made["kms", "public"] = public


def s3():
    c = client("s3")
    eu = client("s3", SECOND)
    location = {"LocationConstraint": SECOND}

    # A well kept bucket.
    c.create_bucket(Bucket="harbor-retail-invoices")
    c.put_bucket_versioning(
        Bucket="harbor-retail-invoices", VersioningConfiguration={"Status": "Enabled"}
    )
    c.put_bucket_encryption(
        Bucket="harbor-retail-invoices",
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": made["kms", HOME],
                    },
                    "BucketKeyEnabled": True,
                }
            ]
        },
    )
    block_all = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    c.put_public_access_block(
        Bucket="harbor-retail-invoices", PublicAccessBlockConfiguration=block_all
    )
    c.put_bucket_policy(
        Bucket="harbor-retail-invoices",
        Policy=document(
            statement(
                "Deny",
                "s3:*",
                ["arn:aws:s3:::harbor-retail-invoices", "arn:aws:s3:::harbor-retail-invoices/*"],
                Sid="TlsOnly",
                Principal="*",
                Condition={"Bool": {"aws:SecureTransport": "false"}},
            )
        ),
    )
    c.put_bucket_tagging(Bucket="harbor-retail-invoices", Tagging={"TagSet": kv(TAGS_PROD)})
    c.put_bucket_lifecycle_configuration(
        Bucket="harbor-retail-invoices",
        LifecycleConfiguration={
            "Rules": [
                {"ID": "seven-years", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 2555}}
            ]
        },
    )

    # Where its access log goes.
    c.create_bucket(Bucket="harbor-retail-logs")
    c.put_bucket_acl(Bucket="harbor-retail-logs", ACL="log-delivery-write")
    c.put_public_access_block(Bucket="harbor-retail-logs", PublicAccessBlockConfiguration=block_all)
    c.put_bucket_logging(
        Bucket="harbor-retail-invoices",
        BucketLoggingStatus={
            "LoggingEnabled": {"TargetBucket": "harbor-retail-logs", "TargetPrefix": "invoices/"}
        },
    )

    # A bucket that is publicly readable, and one that is publicly writable.
    c.create_bucket(Bucket="harbor-retail-website")
    c.put_bucket_acl(Bucket="harbor-retail-website", ACL="public-read")
    c.put_bucket_policy(
        Bucket="harbor-retail-website",
        Policy=document(
            statement(
                "Allow",
                "s3:GetObject",
                "arn:aws:s3:::harbor-retail-website/*",
                Sid="PublicRead",
                Principal="*",
            )
        ),
    )
    c.put_bucket_tagging(Bucket="harbor-retail-website", Tagging={"TagSet": kv(TAGS_ODD)})
    c.create_bucket(Bucket="harbor-retail-dropbox")
    c.put_bucket_acl(Bucket="harbor-retail-dropbox", ACL="public-read-write")

    # The second region: one versioned, one with the service's defaults.
    eu.create_bucket(Bucket="harbor-retail-eu-backups", CreateBucketConfiguration=location)
    eu.put_bucket_versioning(
        Bucket="harbor-retail-eu-backups", VersioningConfiguration={"Status": "Enabled"}
    )
    eu.put_public_access_block(
        Bucket="harbor-retail-eu-backups", PublicAccessBlockConfiguration=block_all
    )
    eu.create_bucket(Bucket="harbor-retail-eu-scratch", CreateBucketConfiguration=location)

    control = client("s3control")
    control.put_public_access_block(
        AccountId="123456789012",
        PublicAccessBlockConfiguration={**block_all, "BlockPublicPolicy": False, "RestrictPublicBuckets": False},
    )


def iam():
    c = client("iam")
    c.create_account_alias(AccountAlias="harbor-retail")
    # Too short, and passwords never get old.
    c.update_account_password_policy(
        MinimumPasswordLength=8,
        RequireSymbols=False,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        AllowUsersToChangePassword=True,
        PasswordReusePrevention=5,
    )

    c.create_group(GroupName="developers")
    c.attach_group_policy(GroupName="developers", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    c.create_group(GroupName="administrators")
    c.attach_group_policy(
        GroupName="administrators", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )

    # Console password and MFA: the good one.
    c.create_user(UserName="alice", Tags=kv({"team": "platform"}))
    c.create_login_profile(UserName="alice", Password="Not-A-Real-Passw0rd-1")
    device = c.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    c.enable_mfa_device(
        UserName="alice",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    c.add_user_to_group(UserName="alice", GroupName="administrators")

    # Console password, no MFA.
    c.create_user(UserName="bob")
    c.create_login_profile(UserName="bob", Password="Not-A-Real-Passw0rd-2")
    c.add_user_to_group(UserName="bob", GroupName="administrators")

    # Two keys, console and an admin policy of her own. Prowler writes one finding for each unused
    # key and makes the uid from the user's name, so these two findings have the same uid.
    c.create_user(UserName="carol", Tags=kv(TAGS_ODD))
    c.create_login_profile(UserName="carol", Password="Not-A-Real-Passw0rd-3")
    c.create_access_key(UserName="carol")
    c.create_access_key(UserName="carol")
    c.attach_user_policy(UserName="carol", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")

    # Machines: a key and nothing else.
    c.create_user(UserName="ci-deploy")
    c.create_access_key(UserName="ci-deploy")
    c.add_user_to_group(UserName="ci-deploy", GroupName="developers")

    # Two users with an inline policy of one and the same name.
    everything = document(statement("Allow", "*"))
    for name in ("dave", "erin"):
        c.create_user(UserName=name)
        c.put_user_policy(UserName=name, PolicyName="temp", PolicyDocument=everything)

    c.create_policy(PolicyName="break-glass", PolicyDocument=everything, Description="For emergencies")
    power = c.create_policy(PolicyName="everything-for-jenkins", PolicyDocument=everything)["Policy"]["Arn"]
    narrow = c.create_policy(
        PolicyName="invoices-read",
        PolicyDocument=document(
            statement("Allow", ["s3:GetObject"], "arn:aws:s3:::harbor-retail-invoices/*")
        ),
    )["Policy"]["Arn"]
    escalate = c.create_policy(
        PolicyName="deploy-helper",
        PolicyDocument=document(statement("Allow", ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])),
    )["Policy"]["Arn"]
    audit = c.create_policy(
        PolicyName="trail-admin", PolicyDocument=document(statement("Allow", ["cloudtrail:*", "kms:*"]))
    )["Policy"]["Arn"]

    roles = {
        "orders-lambda": ("lambda.amazonaws.com", [narrow]),
        "jenkins-ec2": ("ec2.amazonaws.com", [power]),
        "deploy": ("codebuild.amazonaws.com", [escalate, audit]),
        "ecs-task": ("ecs-tasks.amazonaws.com", [narrow]),
        "ecs-execution": (
            "ecs-tasks.amazonaws.com",
            ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
        ),
        "eks-cluster": ("eks.amazonaws.com", ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"]),
        "states": ("states.amazonaws.com", [narrow]),
        "config-recorder": ("config.amazonaws.com", ["arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"]),
    }
    for name, (service, policies) in roles.items():
        made["role", name] = c.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
        for policy in policies:
            c.attach_role_policy(RoleName=name, PolicyArn=policy)
    # Anyone at all in another account may take this role, with no external id.
    c.create_role(
        RoleName="partner-audit",
        AssumeRolePolicyDocument=document(
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
        ),
    )
    c.attach_role_policy(RoleName="partner-audit", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    c.create_role(
        RoleName="support",
        AssumeRolePolicyDocument=document(
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}, "Action": "sts:AssumeRole"}
        ),
    )
    c.attach_role_policy(RoleName="support", PolicyArn="arn:aws:iam::aws:policy/AWSSupportAccess")
    profile = c.create_instance_profile(InstanceProfileName="jenkins-ec2")
    c.add_role_to_instance_profile(InstanceProfileName="jenkins-ec2", RoleName="jenkins-ec2")
    made["instance-profile"] = profile["InstanceProfile"]["Arn"]


def network():
    for region in (HOME, SECOND):
        c = client("ec2", region)

        def tag(resource, name, more):
            c.create_tags(Resources=[resource], Tags=kv({"Name": name, **more}))

        vpc = c.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        tag(vpc, "main", TAGS_PROD)
        c.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnets = []
        for n, (cidr, zone) in enumerate(
            (("10.20.0.0/24", "a"), ("10.20.1.0/24", "b"), ("10.20.100.0/24", "a"))
        ):
            subnet = c.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=region + zone)["Subnet"]["SubnetId"]
            tag(subnet, ("private-a", "private-b", "public-a")[n], TAGS_PROD)
            subnets.append(subnet)
        c.modify_subnet_attribute(SubnetId=subnets[2], MapPublicIpOnLaunch={"Value": True})
        gateway = c.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        c.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = c.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        c.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        c.associate_route_table(RouteTableId=table, SubnetId=subnets[2])
        made["vpc", region] = vpc
        made["subnets", region] = subnets

        # Flow logs only in the home region.
        if region == HOME:
            c.create_flow_logs(
                ResourceIds=[vpc],
                ResourceType="VPC",
                TrafficType="ALL",
                LogDestinationType="s3",
                LogDestination="arn:aws:s3:::harbor-retail-logs/flow/",
            )

        def group(name, text, rules, more=TAGS_PROD):
            gid = c.create_security_group(GroupName=name, Description=text, VpcId=vpc)["GroupId"]
            tag(gid, name, more)
            for protocol, low, high, source in rules:
                rule = {"IpProtocol": protocol, "IpRanges": [{"CidrIp": source, "Description": "seeded"}]}
                if protocol != "-1":
                    rule.update(FromPort=low, ToPort=high)
                c.authorize_security_group_ingress(GroupId=gid, IpPermissions=[rule])
            return gid

        made["sg-web", region] = group("web", "Shop front", [("tcp", 443, 443, "0.0.0.0/0")])
        made["sg-db", region] = group("database", "Databases", [("tcp", 5432, 5432, "10.20.0.0/16")])
        made["sg-bastion", region] = group(
            "bastion", "Jump host", [("tcp", 22, 22, "0.0.0.0/0"), ("tcp", 3389, 3389, "0.0.0.0/0")], TAGS_ODD
        )
        if region == HOME:
            group("debug-any", "Left over from a test", [("-1", 0, 0, "0.0.0.0/0")], TAGS_DEV)
            group("old-mysql", "Old reporting", [("tcp", 3306, 3306, "0.0.0.0/0")], TAGS_DEV)
        acl = c.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        c.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=90, Protocol="6", RuleAction="allow", Egress=False,
            CidrBlock="0.0.0.0/0", PortRange={"From": 22, "To": 22},
        )


def ec2():
    for region in (HOME, SECOND):
        c = client("ec2", region)
        image = "ami-0abcdef1234567890"
        private, public = made["subnets", region][0], made["subnets", region][2]

        def run(name, tags, **options):
            started = c.run_instances(
                ImageId=image,
                InstanceType="t3.micro",
                MinCount=1,
                MaxCount=1,
                TagSpecifications=[{"ResourceType": "instance", "Tags": kv({"Name": name, **tags})}],
                **options,
            )
            return started["Instances"][0]["InstanceId"]

        good = run(
            "orders-1",
            TAGS_PROD,
            SubnetId=private,
            SecurityGroupIds=[made["sg-web", region]],
            MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
            Monitoring={"Enabled": True},
            EbsOptimized=True,
        )
        made["instance", region] = good
        bad = run(
            "jump-host",
            TAGS_ODD,
            SubnetId=public,
            SecurityGroupIds=[made["sg-bastion", region]],
            MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"},
        )
        if region == HOME:
            jenkins = run(
                "jenkins",
                TAGS_DEV,
                SubnetId=public,
                SecurityGroupIds=[made["sg-bastion", region]],
                IamInstanceProfile={"Arn": made["instance-profile"]},
                UserData="#!/bin/bash\n"
                f"export AWS_ACCESS_KEY_ID={FAKE_AWS_KEY_ID}\n"
                f"export AWS_SECRET_ACCESS_KEY={FAKE_AWS_SECRET}\n"
                f"export DB_PASSWORD='{FAKE_DB_PASSWORD}'\n",
            )
            # Somebody wrote a password into a tag: Prowler masks many fields, but no tags.
            old = run("old-reporting", {**TAGS_DEV, "db-password": FAKE_DB_PASSWORD}, SubnetId=private)
            c.stop_instances(InstanceIds=[old])
            c.allocate_address(Domain="vpc")
            address = c.allocate_address(Domain="vpc")["AllocationId"]
            c.associate_address(AllocationId=address, InstanceId=jenkins)

        plain = c.create_volume(AvailabilityZone=region + "a", Size=20, VolumeType="gp3")["VolumeId"]
        locked = c.create_volume(
            AvailabilityZone=region + "a", Size=50, VolumeType="gp3", Encrypted=True, KmsKeyId=made["kms", region]
        )["VolumeId"]
        c.attach_volume(VolumeId=locked, InstanceId=good, Device="/dev/sdf")
        c.attach_volume(VolumeId=plain, InstanceId=bad, Device="/dev/sdf")
        snapshot = c.create_snapshot(VolumeId=plain, Description="Before the move")["SnapshotId"]
        if region == HOME:
            c.modify_snapshot_attribute(
                SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
            )
            shared = c.create_image(InstanceId=good, Name="orders-golden")["ImageId"]
            c.modify_image_attribute(
                ImageId=shared, LaunchPermission={"Add": [{"Group": "all"}]}
            )
        else:
            c.enable_ebs_encryption_by_default()
        c.create_launch_template(
            LaunchTemplateName="orders",
            LaunchTemplateData={
                "ImageId": image,
                "InstanceType": "t3.micro",
                "MetadataOptions": {"HttpTokens": "optional"},
                "UserData": base64.b64encode(
                    f"export DB_PASSWORD='{FAKE_DB_PASSWORD}'\n".encode()
                ).decode(),
            },
        )


def logs_and_trail():
    c = client("logs")
    c.create_log_group(logGroupName="/harbor/orders", kmsKeyId=made["kms", HOME], tags=TAGS_PROD)
    c.put_retention_policy(logGroupName="/harbor/orders", retentionInDays=365)
    c.create_log_group(logGroupName="/harbor/debug", tags=TAGS_ODD)
    c.create_log_group(logGroupName="/harbor/short")
    c.put_retention_policy(logGroupName="/harbor/short", retentionInDays=7)
    c.create_log_stream(logGroupName="/harbor/debug", logStreamName="web-1")
    c.put_log_events(
        logGroupName="/harbor/debug",
        logStreamName="web-1",
        logEvents=[{"timestamp": 1767225600000, "message": f"connecting to {FAKE_ORDERS_URL}"}],
    )
    client("logs", SECOND).create_log_group(logGroupName="/harbor/eu-worker")

    trails = client("cloudtrail")
    bucket = client("s3")
    bucket.create_bucket(Bucket="harbor-retail-trail")
    bucket.put_bucket_policy(
        Bucket="harbor-retail-trail",
        Policy=document(
            statement(
                "Allow",
                "s3:PutObject",
                "arn:aws:s3:::harbor-retail-trail/*",
                Principal={"Service": "cloudtrail.amazonaws.com"},
            )
        ),
    )
    trails.create_trail(
        Name="organization",
        S3BucketName="harbor-retail-trail",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        TagsList=kv(TAGS_PROD),
    )
    trails.start_logging(Name="organization")
    eu = client("cloudtrail", SECOND)
    eu.create_trail(Name="old-eu", S3BucketName="harbor-retail-trail", IncludeGlobalServiceEvents=False)

    watch = client("cloudwatch")
    c.put_metric_filter(
        logGroupName="/harbor/orders",
        filterName="root-use",
        filterPattern='{ $.userIdentity.type = "Root" }',
        metricTransformations=[{"metricName": "RootUse", "metricNamespace": "Harbor", "metricValue": "1"}],
    )
    watch.put_metric_alarm(
        AlarmName="root-use",
        MetricName="RootUse",
        Namespace="Harbor",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        ActionsEnabled=False,
    )


def rds():
    for region in (HOME, SECOND):
        c = client("rds", region)
        c.create_db_subnet_group(
            DBSubnetGroupName="main",
            DBSubnetGroupDescription="Private subnets",
            SubnetIds=made["subnets", region][:2],
        )
        c.create_db_instance(
            DBInstanceIdentifier="orders",
            DBInstanceClass="db.t3.medium",
            Engine="postgres",
            EngineVersion="16.3",
            MasterUsername="orders_admin",
            MasterUserPassword="Not-A-Real-Passw0rd-4",
            AllocatedStorage=100,
            StorageEncrypted=True,
            KmsKeyId=made["kms", region],
            MultiAZ=True,
            PubliclyAccessible=False,
            BackupRetentionPeriod=14,
            DeletionProtection=True,
            AutoMinorVersionUpgrade=True,
            CopyTagsToSnapshot=True,
            EnableIAMDatabaseAuthentication=True,
            EnableCloudwatchLogsExports=["postgresql"],
            VpcSecurityGroupIds=[made["sg-db", region]],
            DBSubnetGroupName="main",
            Tags=kv(TAGS_PROD),
        )
    c = client("rds")
    c.create_db_instance(
        DBInstanceIdentifier="legacy-reporting",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        EngineVersion="5.7.44",
        MasterUsername="admin",
        MasterUserPassword="Not-A-Real-Passw0rd-5",
        AllocatedStorage=20,
        StorageEncrypted=False,
        MultiAZ=False,
        PubliclyAccessible=True,
        BackupRetentionPeriod=0,
        AutoMinorVersionUpgrade=False,
        Tags=kv(TAGS_ODD),
    )
    c.create_db_snapshot(DBSnapshotIdentifier="legacy-2024", DBInstanceIdentifier="legacy-reporting")
    c.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="legacy-2024", AttributeName="restore", ValuesToAdd=["all"]
    )
    c.create_db_cluster(
        DBClusterIdentifier="catalog",
        Engine="aurora-postgresql",
        MasterUsername="catalog_admin",
        MasterUserPassword="Not-A-Real-Passw0rd-6",
        StorageEncrypted=True,
        DeletionProtection=False,
        Tags=kv(TAGS_PROD),
    )


def functions():
    for region in (HOME, SECOND):
        c = client("lambda", region)

        def function(name, runtime, environment, tags, **more):
            return c.create_function(
                FunctionName=name,
                Runtime=runtime,
                Role=made["role", "orders-lambda"],
                Handler="app.handler",
                Code={"ZipFile": code_zip("def handler(event, context):\n    return 'ok'\n")},
                Environment={"Variables": environment},
                Tags=tags,
                **more,
            )["FunctionArn"]

        made["lambda", region] = function(
            "orders-events",
            "python3.13",
            {"STAGE": "prod", "LOG_LEVEL": "info"},
            TAGS_PROD,
            TracingConfig={"Mode": "Active"},
            VpcConfig={
                "SubnetIds": made["subnets", region][:2],
                "SecurityGroupIds": [made["sg-web", region]],
            },
            DeadLetterConfig={"TargetArn": f"arn:aws:sqs:{region}:123456789012:dead-letters"},
        )
        if region == HOME:
            function(
                "nightly-export",
                "python3.7",
                {
                    "DB_PASSWORD": FAKE_DB_PASSWORD,
                    "DATABASE_URL": FAKE_ORDERS_URL,
                    "AWS_ACCESS_KEY_ID": FAKE_AWS_KEY_ID,
                    "AWS_SECRET_ACCESS_KEY": FAKE_AWS_SECRET,
                    "API_TOKEN": FAKE_PRIVATE_TOKEN,
                },
                TAGS_ODD,
            )
            c.add_permission(
                FunctionName="nightly-export",
                StatementId="anyone",
                Action="lambda:InvokeFunction",
                Principal="*",
            )
            c.create_function_url_config(
                FunctionName="nightly-export",
                AuthType="NONE",
                Cors={"AllowOrigins": ["*"]},
            )


def messaging():
    for region in (HOME, SECOND):
        queues, topics = client("sqs", region), client("sns", region)
        queues.create_queue(
            QueueName="dead-letters", Attributes={"KmsMasterKeyId": "alias/aws/sqs"}, tags=TAGS_PROD
        )
        queues.create_queue(QueueName="orders", Attributes={"SqsManagedSseEnabled": "false"})
        topics.create_topic(
            Name="alerts", Attributes={"KmsMasterKeyId": made["kms", region]}, Tags=kv(TAGS_PROD)
        )
        topics.create_topic(Name="price-changes")
    topic = client("sns").create_topic(Name="open-to-all", Tags=kv(TAGS_ODD))["TopicArn"]
    client("sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=document(statement("Allow", "SNS:Publish", topic, Sid="all", Principal={"AWS": "*"})),
    )
    client("sns").subscribe(TopicArn=topic, Protocol="http", Endpoint="http://hooks.harbor.example/prices")
    queue = client("sqs").create_queue(QueueName="open-to-all")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:open-to-all"
    client("sqs").set_queue_attributes(
        QueueUrl=queue,
        Attributes={"Policy": document(statement("Allow", "sqs:*", arn, Principal="*"))},
    )


def dynamodb():
    for region in (HOME, SECOND):
        c = client("dynamodb", region)

        def table(name, **more):
            c.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                **more,
            )

        table(
            "orders",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": made["kms", region]},
            DeletionProtectionEnabled=True,
            Tags=kv(TAGS_PROD),
        )
        c.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        table("sessions", Tags=kv(TAGS_ODD))


def secrets():
    c = client("secretsmanager")
    c.create_secret(
        Name="prod/orders/db",
        # Free text: a name that a browser must not run.
        Description="Orders database <b onmouseover=alert(1)>owner: payments</b>",
        SecretString=json.dumps({"password": "not-a-real-one"}),
        KmsKeyId=made["kms", HOME],
        Tags=kv(TAGS_PROD),
    )
    c.rotate_secret(
        SecretId="prod/orders/db",
        RotationLambdaARN=made["lambda", HOME],
        RotationRules={"AutomaticallyAfterDays": 30},
    )
    c.create_secret(Name="legacy/ftp", SecretString="not-a-real-one")
    c.put_resource_policy(
        SecretId="legacy/ftp",
        ResourcePolicy=document(statement("Allow", "secretsmanager:GetSecretValue", Principal="*")),
    )
    client("secretsmanager", SECOND).create_secret(Name="eu/worker", SecretString="not-a-real-one")

    parameters = client("ssm")
    parameters.put_parameter(Name="/orders/endpoint", Value="orders.harbor.example", Type="String")
    parameters.create_document(
        Name="restart-orders",
        DocumentType="Command",
        DocumentFormat="JSON",
        Content=json.dumps(
            {
                "schemaVersion": "2.2",
                "description": "Restart the orders service",
                "mainSteps": [
                    {
                        "action": "aws:runShellScript",
                        "name": "restart",
                        "inputs": {"runCommand": [f"export DB_PASSWORD={FAKE_DB_PASSWORD}", "systemctl restart orders"]},
                    }
                ],
            }
        ),
    )


def containers():
    for region in (HOME, SECOND):
        c = client("ecr", region)
        c.create_repository(
            repositoryName="orders",
            imageScanningConfiguration={"scanOnPush": True},
            imageTagMutability="IMMUTABLE",
            encryptionConfiguration={"encryptionType": "KMS", "kmsKey": made["kms", region]},
            tags=kv(TAGS_PROD),
        )
        c.create_repository(repositoryName="web", imageScanningConfiguration={"scanOnPush": False})
    c = client("ecr")
    c.put_lifecycle_policy(
        repositoryName="orders",
        lifecyclePolicyText=json.dumps(
            {
                "rules": [
                    {
                        "rulePriority": 1,
                        "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 10},
                        "action": {"type": "expire"},
                    }
                ]
            }
        ),
    )
    c.set_repository_policy(
        repositoryName="web",
        policyText=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "ecr:*"}],
            }
        ),
    )

    c = client("ecs")
    c.create_cluster(
        clusterName="shop",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        tags=lower_kv(TAGS_PROD),
    )
    c.create_cluster(clusterName="sandbox")
    base = {"cpu": 256, "memory": 512, "essential": True}
    c.register_task_definition(
        family="orders",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        taskRoleArn=made["role", "ecs-task"],
        executionRoleArn=made["role", "ecs-execution"],
        containerDefinitions=[
            {
                **base,
                "name": "orders",
                "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1.4.2",
                "readonlyRootFilesystem": True,
                "user": "1000",
                "environment": [{"name": "STAGE", "value": "prod"}],
                "secrets": [
                    {
                        "name": "DB_PASSWORD",
                        "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/orders/db",
                    }
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "/harbor/orders", "awslogs-region": "us-east-1"},
                },
            }
        ],
        tags=lower_kv(TAGS_PROD),
    )
    c.register_task_definition(
        family="legacy-export",
        networkMode="host",
        containerDefinitions=[
            {
                **base,
                "name": "export",
                "image": "harbor/export:latest",
                "privileged": True,
                "environment": [
                    {"name": "DB_HOST", "value": "orders-db.harbor.example"},
                    {"name": "DB_PASSWORD", "value": FAKE_DB_PASSWORD},
                    {"name": "DATABASE_URL", "value": FAKE_ORDERS_URL},
                    {"name": "AWS_ACCESS_KEY_ID", "value": FAKE_AWS_KEY_ID},
                    {"name": "AWS_SECRET_ACCESS_KEY", "value": FAKE_AWS_SECRET},
                ],
            }
        ],
        tags=lower_kv(TAGS_ODD),
    )
    c.create_service(
        cluster="shop",
        serviceName="orders",
        taskDefinition="orders",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": made["subnets", HOME][:2],
                "securityGroups": [made["sg-web", HOME]],
                "assignPublicIp": "ENABLED",
            }
        },
    )

    for region, public, logs in ((HOME, True, []), (SECOND, False, ["api", "audit", "authenticator", "controllerManager", "scheduler"])):
        c = client("eks", region)
        more = {}
        if logs:
            more["logging"] = {"clusterLogging": [{"types": logs, "enabled": True}]}
            more["encryptionConfig"] = [
                {"resources": ["secrets"], "provider": {"keyArn": made["kms", region]}}
            ]
        c.create_cluster(
            name="shop",
            version="1.31" if public else "1.33",
            roleArn=made["role", "eks-cluster"],
            resourcesVpcConfig={
                "subnetIds": made["subnets", region][:2],
                "endpointPublicAccess": public,
                "endpointPrivateAccess": not public,
                "publicAccessCidrs": ["0.0.0.0/0"] if public else ["10.20.0.0/16"],
            },
            tags=TAGS_PROD,
            **more,
        )


def guards():
    # Watched at home, not watched in the second region.
    client("guardduty").create_detector(Enable=True, Tags=TAGS_PROD)
    client("guardduty", SECOND).create_detector(Enable=False)
    client("securityhub").enable_security_hub()
    c = client("config")
    c.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": made["role", "config-recorder"],
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    c.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "harbor-retail-logs"})
    c.start_configuration_recorder(ConfigurationRecorderName="default")


def balancers():
    c = client("elbv2")
    subnets = made["subnets", HOME]
    public = c.create_load_balancer(
        Name="shop-front", Subnets=subnets[1:], SecurityGroups=[made["sg-web", HOME]],
        Scheme="internet-facing", Type="application", Tags=kv(TAGS_PROD),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    c.modify_load_balancer_attributes(
        LoadBalancerArn=public,
        Attributes=[
            {"Key": "deletion_protection.enabled", "Value": "true"},
            {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
            {"Key": "access_logs.s3.enabled", "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": "harbor-retail-logs"},
            {"Key": "access_logs.s3.prefix", "Value": "alb"},
        ],
    )
    inner = c.create_load_balancer(
        Name="reports", Subnets=subnets[:2], SecurityGroups=[made["sg-web", HOME]],
        Scheme="internal", Type="application",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    target = c.create_target_group(
        Name="shop", Protocol="HTTP", Port=8080, VpcId=made["vpc", HOME]
    )["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    certificate = client("acm").request_certificate(
        DomainName="shop.harbor.example", ValidationMethod="DNS", Tags=kv(TAGS_PROD)
    )["CertificateArn"]
    c.create_listener(
        LoadBalancerArn=public, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates=[{"CertificateArn": certificate}], DefaultActions=forward,
    )
    c.create_listener(LoadBalancerArn=inner, Protocol="HTTP", Port=80, DefaultActions=forward)
    client("elb").create_load_balancer(
        LoadBalancerName="classic-old",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}],
        Subnets=subnets[:1],
    )


def storage_and_more():
    c = client("efs")
    c.create_file_system(CreationToken="shared", Encrypted=True, Backup=True, Tags=kv({"Name": "shared"}))
    c.create_file_system(CreationToken="scratch", Encrypted=False, Tags=kv({"Name": "scratch"}))

    client("backup").create_backup_vault(
        BackupVaultName="main", BackupVaultTags=TAGS_PROD, EncryptionKeyArn=made["kms", HOME]
    )

    rest = client("apigateway")
    api = rest.create_rest_api(name="orders-api", tags=TAGS_PROD)["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(
        restApiId=api, resourceId=root, httpMethod="GET", type="HTTP", integrationHttpMethod="GET",
        uri="https://orders.harbor.example/",
    )
    rest.create_deployment(restApiId=api, stageName="prod")

    client("cloudformation").create_stack(
        StackName="queues",
        TemplateBody=json.dumps(
            {
                "AWSTemplateFormatVersion": "2010-09-09",
                "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "from-stack"}}},
                "Outputs": {"Connection": {"Value": FAKE_ORDERS_URL}},
            }
        ),
        Tags=kv(TAGS_PROD),
    )

    client("stepfunctions").create_state_machine(
        name="order-flow",
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        roleArn=made["role", "states"],
        tags=lower_kv(TAGS_PROD),
    )
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    locked = client("kinesis", SECOND)
    locked.create_stream(StreamName="clicks", ShardCount=1)
    locked.start_stream_encryption(StreamName="clicks", EncryptionType="KMS", KeyId=made["kms", SECOND])

    client("elasticache").create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="Web sessions",
        Engine="redis",
        CacheNodeType="cache.t3.micro",
        TransitEncryptionEnabled=True,
        AtRestEncryptionEnabled=True,
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        Tags=kv(TAGS_PROD),
    )
    client("redshift").create_cluster(
        ClusterIdentifier="analytics",
        NodeType="ra3.large",
        MasterUsername="analytics",
        MasterUserPassword="Not-A-Real-Passw0rd-7",
        PubliclyAccessible=True,
        Encrypted=False,
        Tags=kv(TAGS_PROD),
    )
    client("opensearch").create_domain(DomainName="search", EngineVersion="OpenSearch_2.11")

    zone = client("route53").create_hosted_zone(Name="harbor.example.", CallerReference="seed")
    client("route53").change_resource_record_sets(
        HostedZoneId=zone["HostedZone"]["Id"],
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": "old.harbor.example.", "Type": "A", "TTL": 300,
                        "ResourceRecords": [{"Value": "192.0.2.10"}],
                    },
                }
            ]
        },
    )
    pool = client("cognito-idp")
    pool.create_user_pool(
        PoolName="customers",
        Policies={"PasswordPolicy": {"MinimumLength": 8, "RequireNumbers": True}},
    )


def randomness():
    """Asks moto to make the same ids in every run, so that two runs can be compared."""
    url = ENDPOINT.rstrip("/") + "/moto-api/seed?a=20240101"
    # Straight to the server, past any proxy setting.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(url, method="POST"), timeout=10).read()


PARTS = (
    randomness,
    kms,
    s3,
    iam,
    network,
    ec2,
    logs_and_trail,
    rds,
    functions,
    messaging,
    dynamodb,
    secrets,
    containers,
    guards,
    balancers,
    storage_and_more,
)


def main():
    failed = []
    for part in PARTS:
        try:
            part()
        except Exception:  # noqa: BLE001 - the rest is still worth seeing before we give up
            traceback.print_exc()
            failed.append(part.__name__)
    if failed:
        sys.exit("seed.py: failed: " + ", ".join(failed))
    print("seeded:", ", ".join(part.__name__ for part in PARTS))


if __name__ == "__main__":
    main()
