"""Cuts small fixtures out of a real Prowler output, byte for byte.

    cut.py sample    OUT_DIR FIXTURES   aws-sample.{ocsf.json,csv,asff.json}
    cut.py muted     OUT_DIR FIXTURES   aws-muted.ocsf.json
    cut.py plaintext OUT_DIR FIXTURES   aws-plaintext-secrets.ocsf.json

OUT_DIR is what run.sh left. Rows are copied as text and never parsed and written again, so the
fixtures keep Prowler's own formatting, key order and line ends.
"""

import csv
import glob
import io
import json
import os
import sys

# check id -> number of rows. Rows are chosen so that both verdicts and both regions occur.
SAMPLE = {
    "account_maintain_current_contact_details": 1,
    "account_security_questions_are_registered_in_the_aws_account": 1,
    "awslambda_function_no_secrets_in_variables": 3,
    "awslambda_function_using_supported_runtimes": 2,
    "cloudtrail_insights_exist": 1,
    "cloudwatch_log_group_not_publicly_accessible": 2,
    "cognito_user_pool_password_policy_minimum_length_14": 1,
    "dynamodb_table_deletion_protection_enabled": 4,
    "ec2_ami_public": 1,
    "ec2_ebs_default_encryption": 2,
    "ec2_ebs_snapshots_encrypted": 2,
    "ec2_elastic_ip_unassigned": 2,
    "ec2_instance_detailed_monitoring_enabled": 3,
    "ec2_instance_imdsv2_enabled": 2,
    "ec2_instance_secrets_user_data": 1,
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22": 1,
    "ecr_repositories_not_publicly_accessible": 2,
    "ecr_repositories_tag_immutability": 4,
    "ecs_task_definitions_no_environment_secrets": 2,
    "efs_mount_target_not_publicly_accessible": 1,
    "eks_cluster_not_publicly_accessible": 2,
    "eks_cluster_vpc_cni_network_policy_enforced": 2,
    "guardduty_runtime_monitoring_enabled": 1,
    "iam_inline_policy_no_full_access_to_cloudtrail": 2,
    "iam_password_policy_lowercase": 1,
    "iam_policy_allows_privilege_escalation": 1,
    "iam_user_administrator_access_policy": 2,
    "iam_user_no_setup_initial_access_key": 2,
    "kinesis_stream_encrypted_at_rest": 2,
    "kms_cmk_are_used": 1,
    "kms_key_enclave_debug_attestation_detected": 1,
    "opensearch_service_domains_internal_user_database_enabled": 1,
    "rds_cluster_storage_encrypted": 1,
    "rds_instance_multi_az": 1,
    "redshift_cluster_encrypted_at_rest": 1,
    "s3_bucket_public_list_acl": 2,
    "secretsmanager_secret_rotated_periodically": 2,
    "sns_subscription_not_using_http_endpoints": 1,
    "sns_topics_not_publicly_accessible": 2,
    "sqs_queues_not_publicly_accessible": 3,
    "sqs_queues_server_side_encryption_enabled": 2,
    "vpc_subnet_no_public_ip_by_default": 2,
}

# Rows that must be kept, found by a text in them: each is the only one with some peculiarity.
WANTED = {
    # One uid, two findings.
    "iam_user_no_setup_initial_access_key": ("access key 1.", "access key 2."),
    # A policy that allows everything, passed by a check that failed with an error.
    "iam_policy_allows_privilege_escalation": ("policy/everything-for-jenkins",),
    # A password in a tag, where nothing masks it.
    "ec2_instance_detailed_monitoring_enabled": ("db-password",),
}

# The checks of which the CSV and ASFF cuts have the same rows. ASFF has no manual findings.
ALSO_CSV_ASFF = (
    "account_maintain_current_contact_details",
    "awslambda_function_no_secrets_in_variables",
    "dynamodb_table_deletion_protection_enabled",
    "ec2_instance_detailed_monitoring_enabled",
    "ecr_repositories_not_publicly_accessible",
    "ecs_task_definitions_no_environment_secrets",
    "eks_cluster_vpc_cni_network_policy_enforced",
    "iam_inline_policy_no_full_access_to_cloudtrail",
    "iam_user_no_setup_initial_access_key",
    "kms_key_enclave_debug_attestation_detected",
    "s3_bucket_public_list_acl",
    "sns_topics_not_publicly_accessible",
    "sqs_queues_not_publicly_accessible",
)

PLAINTEXT = (
    "awslambda_function_no_secrets_in_variables",
    "cloudformation_stack_outputs_find_secrets",
    "ec2_instance_secrets_user_data",
    "ec2_launch_template_no_secrets",
    "ecs_task_definitions_no_environment_secrets",
    "ssm_document_secrets",
)


def only(pattern):
    found = glob.glob(pattern)
    if len(found) != 1:
        sys.exit(f"{pattern}: {len(found)} files")
    with open(found[0], encoding="utf-8", newline="") as file:
        return file.read()


def json_rows(text):
    """The elements of a JSON array, each with the text it was written as."""
    decoder, at, rows = json.JSONDecoder(), 1, []
    while text[at : at + 1] == "{":
        value, end = decoder.raw_decode(text, at)
        rows.append((value, text[at:end]))
        # Only a comma separates two elements.
        at = end + 1
    return rows


def csv_rows(text):
    """The header's text, and each record with the text it was written as."""
    lines = io.StringIO(text, newline="")
    kept = []

    def feed():
        for line in lines:
            kept.append(line)
            yield line

    reader = csv.reader(feed(), delimiter=";")
    header = next(reader)
    head, rows = "".join(kept), []
    kept.clear()
    for record in reader:
        rows.append((dict(zip(header, record)), "".join(kept)))
        kept.clear()
    return head, rows


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    print(f"{path}: {len(text.encode())} bytes")


def array(rows):
    return "[" + ",".join(text for _, text in rows) + "]"


def pick(rows, number, wanted):
    """`number` of the rows: the wanted ones, then in turn what is new in verdict and region."""
    chosen, left = [], []
    for row in rows:
        (chosen if any(text in row[1] for text in wanted) else left).append(row)
    chosen = chosen[:number]
    while len(chosen) < number and left:
        verdicts = [row[0]["status_code"] for row in chosen]
        regions = [row[0]["cloud"]["region"] for row in chosen]
        left.sort(
            key=lambda row: (
                verdicts.count(row[0]["status_code"]),
                # Failures first where both are as rare.
                row[0]["status_code"] == "PASS",
                regions.count(row[0]["cloud"]["region"]),
                len(row[1]),
            )
        )
        chosen.append(left.pop(0))
    return chosen


def check(row):
    return row[0]["metadata"]["event_code"]


def sample(out, folder):
    every = json_rows(only(os.path.join(out, "*.ocsf.json")))
    chosen = []
    for name, number in SAMPLE.items():
        got = pick([row for row in every if check(row) == name], number, WANTED.get(name, ()))
        if len(got) != number:
            sys.exit(f"{name}: {len(got)} rows, not {number}")
        chosen += got
    chosen.sort(key=every.index)
    write(folder, "aws-sample.ocsf.json", array(chosen))

    same = [row[0] for row in chosen if check(row) in ALSO_CSV_ASFF]
    head, records = csv_rows(only(os.path.join(out, "*.csv")))
    keys = {(row["finding_info"]["uid"], row["status_detail"]) for row in same}
    records = [r for r in records if (r[0]["FINDING_UID"], r[0]["STATUS_EXTENDED"]) in keys]
    write(folder, "aws-sample.csv", head + "".join(text for _, text in records))

    keys = {
        (
            "prowler-" + row["metadata"]["event_code"],
            row["cloud"]["region"],
            row["resources"][0]["uid"],
            row["status_detail"],
        )
        for row in same
    }
    asff = [
        row
        for row in json_rows(only(os.path.join(out, "*.asff.json")))
        if (
            row[0]["GeneratorId"],
            row[0]["Resources"][0]["Region"],
            row[0]["Resources"][0]["Id"],
            row[0]["Description"],
        )
        in keys
    ]
    write(folder, "aws-sample.asff.json", array(asff))
    print(f"rows: ocsf {len(chosen)}, csv {len(records)}, asff {len(asff)}")


def muted(out, folder):
    rows = [r for r in json_rows(only(os.path.join(out, "*.ocsf.json"))) if r[0]["status"] == "Suppressed"]
    chosen, seen = [], {}
    # One failure of each rule, and one finding that was muted though it passed.
    for row in sorted(rows, key=lambda row: (row[0]["status_code"] != "FAIL", len(row[1]))):
        if not seen.get(check(row)) or (row[0]["status_code"] == "PASS" and "PASS" not in seen.values()):
            seen[check(row)] = row[0]["status_code"]
            chosen.append(row)
    chosen.sort(key=rows.index)
    write(folder, "aws-muted.ocsf.json", array(chosen))
    print(f"rows: {len(chosen)}")


def plaintext(out, folder):
    every = json_rows(only(os.path.join(out, "*.ocsf.json")))
    chosen = []
    for name in PLAINTEXT:
        chosen += pick([row for row in every if check(row) == name], 1, ())
    write(folder, "aws-plaintext-secrets.ocsf.json", array(chosen))
    print(f"rows: {len(chosen)}")


def main():
    kinds = {"sample": sample, "muted": muted, "plaintext": plaintext}
    if len(sys.argv) != 4 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    kinds[sys.argv[1]](sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
