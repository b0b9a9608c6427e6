#!/usr/bin/env bash
# Scans a mock AWS account with the real Prowler CLI.
#
#   run.sh OUT_DIR TOOLS_DIR [PROWLER_OPTION...]
#
# TOOLS_DIR is what install.sh filled. OUT_DIR must be new or empty. Further options go to Prowler
# as they are, for example --mutelist-file FILE.
#
# SERVICES   the services to scan (space separated; the default is below)
# SCAN_TZ    the time zone Prowler runs in (default UTC; set but empty: TZ is left unset)
#
# Leaves in OUT_DIR what Prowler wrote, its screen output (prowler.txt), its error log
# (prowler.log) and the list of planned checks (expected-checks.json): a check that is
# expected and has no finding was not assessed, and nothing else in the output shows that.
set -euo pipefail

if [ "$#" -lt 2 ]; then
  echo "usage: $0 OUT_DIR TOOLS_DIR [PROWLER_OPTION...]" >&2
  exit 2
fi

here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$1"
out="$(cd "$1" && pwd)"
tools="$(cd "$2" && pwd)"
shift 2

# Prowler appends to files it finds, and two arrays in one file are not JSON.
if [ -n "$(ls -A "$out")" ]; then
  echo "$out is not empty" >&2
  exit 2
fi

# The services that the seed fills, and a few others. All 89 services of Prowler 5.46.0 run against moto
# without a hang or a crash, in about 250 s, much of it spent repeating calls that moto does not
# know. So these are left out:
# - calls moto does not answer: amplify, appstream, bedrock, codeartifact, codecommit, directconnect,
#   dlm, drs, emr, fms, glue, inspector2, kafka, lightsail, macie, resourceexplorer2, rolesanywhere,
#   sagemaker, ses, shield, ssmincidents, storagegateway, trustedadvisor, waf, wellarchitected;
# - nothing in the seed: the rest.
# accessanalyzer is one that moto does not answer, and is kept on purpose: it shows a service that
# could not be read, and what that looks like (no finding, exit code 0).
default_services="accessanalyzer account acm apigateway awslambda backup cloudformation \
cloudtrail cloudwatch cognito config dynamodb ec2 ecr ecs efs eks elasticache elb elbv2 \
guardduty iam kinesis kms opensearch rds redshift route53 s3 secretsmanager securityhub sns sqs \
ssm stepfunctions vpc"
read -r -a services <<< "${SERVICES:-$default_services}"

work="$(mktemp -d)"
moto_pid=""
finish() {
  # By its id: other moto processes of this machine are not ours.
  if [ -n "$moto_pid" ]; then
    kill "$moto_pid" 2>/dev/null || true
    wait "$moto_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

port="$("$tools/moto/bin/python" -c '
import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])
')"

# Without the default images: moto lists thousands of snapshots that belong to them, and Prowler
# would write two findings for each.
env MOTO_EC2_LOAD_DEFAULT_AMIS=false MOTO_IAM_LOAD_MANAGED_POLICIES=true \
  "$tools/moto/bin/moto_server" -H 127.0.0.1 -p "$port" > "$work/moto.log" 2>&1 &
moto_pid="$!"

ready=""
for _ in $(seq 1 120); do
  if ! kill -0 "$moto_pid" 2>/dev/null; then
    break
  fi
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    ready=yes
    break
  fi
  sleep 0.5
done
if [ -z "$ready" ]; then
  echo "moto did not start" >&2
  tail -n 20 "$work/moto.log" >&2
  exit 1
fi

# An empty environment: no profile, credential or region of the caller may reach either program.
aws_env=(
  "PATH=$PATH"
  "HOME=$work"
  "LANG=C.UTF-8"
  "AWS_ENDPOINT_URL=http://127.0.0.1:$port"
  "AWS_ACCESS_KEY_ID=testing"
  "AWS_SECRET_ACCESS_KEY=testing"
  "AWS_DEFAULT_REGION=us-east-1"
  "AWS_EC2_METADATA_DISABLED=true"
  # S3 Control puts the account id before the host name, and 123456789012.127.0.0.1 is not an address.
  # Sent through a proxy the name is never looked up, and moto's server takes such requests.
  "HTTP_PROXY=http://127.0.0.1:$port"
  # Prowler downloads Lambda code from the address AWS gives it, which moto invents, as a real one.
  # A proxy that is not there keeps such a request on this machine.
  "HTTPS_PROXY=http://127.0.0.1:9"
  "NO_PROXY="
  # Queue addresses are made from the address of the call and end up in finding uids; this one is
  # the same in every run, and only the proxy ever sees it.
  "AWS_ENDPOINT_URL_SQS=http://queues.mock.invalid"
)
scan_tz="${SCAN_TZ-UTC}"
if [ -n "$scan_tz" ]; then
  aws_env+=("TZ=$scan_tz")
fi

env -i "${aws_env[@]}" "$tools/moto/bin/python" "$here/seed.py"

env -i "${aws_env[@]}" "$tools/prowler/bin/prowler" aws \
  --no-banner --list-checks-json --service "${services[@]}" > "$out/expected-checks.json"

started="$(date +%s)"
status=0
env -i "${aws_env[@]}" "$tools/prowler/bin/prowler" aws \
  --region us-east-1 eu-west-1 \
  --service "${services[@]}" \
  --output-formats csv json-ocsf json-asff \
  --output-directory "$out" \
  --log-level ERROR --log-file "$out/prowler.log" \
  --ignore-exit-code-3 --no-banner --no-color \
  "$@" > "$out/prowler.txt" 2>&1 || status="$?"
echo "prowler exited with $status after $(($(date +%s) - started)) s"
if [ "$status" -ne 0 ]; then
  tail -n 20 "$out/prowler.txt" >&2
  exit "$status"
fi

find "$out" -type f | sort
