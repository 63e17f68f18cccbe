# SPDX-License-Identifier: Apache-2.0
"""Drives the SageMaker simulator with boto3 and prints one JSON object: what was checked, and what was wrong with it.

Usage: boto3_check.py URL, the URL of a simulator whose lifecycles run about fifty times faster.
"""

import json
import sys
import traceback

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

URL = sys.argv[1]
ROLE = "arn:aws:iam::111122223333:role/simulated"
IMAGE = "111122223333.dkr.ecr.us-west-2.amazonaws.com/own:1"
FAST = {"Delay": 0.1, "MaxAttempts": 100}


def client(service, **credentials):
    keys = {"aws_access_key_id": "AKIAPYTHON", "aws_secret_access_key": "secret", **credentials}
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, region_name="us-west-2", endpoint_url=URL, config=config, **keys)


sagemaker = client("sagemaker")


def create_job(name, **more):
    return sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://bucket/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        **more,
    )["TrainingJobArn"]


def expect(actual, wanted):
    assert actual == wanted, f"expected {wanted!r}, got {actual!r}"


def expect_error(call, code, text):
    try:
        call()
    except ClientError as error:
        expect(error.response["Error"]["Code"], code)
        message = error.response["Error"]["Message"]
        assert text in message, f"expected {text!r} in {message!r}"
        expect(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
    else:
        raise AssertionError(f"expected {code}, got an answer")


def check_training_job_runs_and_is_deleted():
    arn = create_job("run")
    expect(arn, "arn:aws:sagemaker:us-west-2:111122223333:training-job/run")
    expect(sagemaker.describe_training_job(TrainingJobName="run")["TrainingJobStatus"], "InProgress")
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="run", WaiterConfig=FAST)
    job = sagemaker.describe_training_job(TrainingJobName="run")
    expect(job["TrainingJobStatus"], "Completed")
    expect(job["ModelArtifacts"]["S3ModelArtifacts"], "s3://bucket/output/run/output/model.tar.gz")
    expect(job["SecondaryStatusTransitions"][-1]["Status"], "Completed")
    assert job["TrainingEndTime"] > job["CreationTime"]
    sagemaker.delete_training_job(TrainingJobName="run")
    expect(sagemaker.describe_training_job(TrainingJobName="run")["TrainingJobStatus"], "Deleting")


def check_failed_training_job_fails_its_waiter():
    create_job("fail", HyperParameters={"SIMULATOR_FAILURE_REASON": "AlgorithmError: no data"})
    try:
        sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="fail", WaiterConfig=FAST)
    except WaiterError as error:
        expect(error.last_response["FailureReason"], "AlgorithmError: no data")
    else:
        raise AssertionError("the waiter did not fail")


def check_training_job_is_stopped():
    create_job("stop", Environment={"SIMULATOR_RUN_SECONDS": "3000"})
    sagemaker.stop_training_job(TrainingJobName="stop")
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="stop", WaiterConfig=FAST)
    expect(sagemaker.describe_training_job(TrainingJobName="stop")["TrainingJobStatus"], "Stopped")
    expect_error(
        lambda: sagemaker.stop_training_job(TrainingJobName="stop"),
        "ValidationException",
        "The request was rejected because the training job is in status Stopped.",
    )


def check_errors_have_the_codes_and_words_of_aws():
    create_job("twice")
    expect_error(lambda: create_job("twice"), "ResourceInUse", "Training job names must be unique")
    expect_error(
        lambda: sagemaker.describe_training_job(TrainingJobName="none"),
        "ValidationException",
        "Requested resource not found",
    )
    expect_error(lambda: sagemaker.describe_endpoint(EndpointName="none"), "ValidationException", "Could not find endpoint ")
    expect_error(
        lambda: create_job("bad_name"),
        "ValidationException",
        "1 validation error detected: Value 'bad_name' at 'trainingJobName' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern",
    )


def check_lists_page_and_filter():
    for index in range(23):
        sagemaker.create_model(
            ModelName=f"listed-{index:02}", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE}
        )
    first = sagemaker.list_models(MaxResults=10, NameContains="listed-", SortBy="Name", SortOrder="Ascending")
    assert len(first["Models"]) <= 10 and "NextToken" in first
    pages = list(
        sagemaker.get_paginator("list_models").paginate(
            NameContains="listed-", SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 10}
        )
    )
    assert len(pages) >= 3
    names = [model["ModelName"] for page in pages for model in page["Models"]]
    expect(names, [f"listed-{index:02}" for index in range(23)])
    stopped = sagemaker.get_paginator("list_training_jobs").paginate(StatusEquals="Stopped")
    for page in stopped:
        for job in page["TrainingJobSummaries"]:
            expect(job["TrainingJobStatus"], "Stopped")
    expect_error(lambda: sagemaker.list_models(NextToken="bm9uZQ=="), "ValidationException", "NextToken")


def check_tags():
    arn = create_job("tagged", Tags=[{"Key": "team", "Value": "a"}])
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "b"}, {"Key": "cost", "Value": "1"}])
    expect(sagemaker.list_tags(ResourceArn=arn)["Tags"], [{"Key": "team", "Value": "b"}, {"Key": "cost", "Value": "1"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    expect(sagemaker.list_tags(ResourceArn=arn)["Tags"], [{"Key": "cost", "Value": "1"}])


def check_model_is_served_updated_and_deleted():
    sagemaker.create_model(ModelName="served", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    for name, count in (("small", 1), ("large", 2)):
        variant = {
            "VariantName": "all",
            "ModelName": "served",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": count,
        }
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="serving", EndpointConfigName="small")
    expect_error(
        lambda: sagemaker.create_endpoint(EndpointName="serving", EndpointConfigName="small"),
        "ValidationException",
        "Cannot create already existing endpoint ",
    )
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="serving", WaiterConfig=FAST)
    sagemaker.update_endpoint(EndpointName="serving", EndpointConfigName="large")
    expect(sagemaker.describe_endpoint(EndpointName="serving")["EndpointStatus"], "Updating")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="serving", WaiterConfig=FAST)
    endpoint = sagemaker.describe_endpoint(EndpointName="serving")
    expect(endpoint["EndpointConfigName"], "large")
    expect(endpoint["ProductionVariants"][0]["CurrentInstanceCount"], 2)
    sagemaker.delete_endpoint(EndpointName="serving")
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="serving", WaiterConfig=FAST)
    sagemaker.delete_endpoint_config(EndpointConfigName="small")
    sagemaker.delete_model(ModelName="served")
    expect_error(lambda: sagemaker.describe_model(ModelName="served"), "ValidationException", "Could not find model ")


def check_assumed_role_acts_in_its_account():
    sts = client("sts")
    expect(sts.get_caller_identity()["Account"], "111122223333")
    keys = sts.assume_role(RoleArn="arn:aws:iam::222233334444:role/other", RoleSessionName="python")["Credentials"]
    other = client(
        "sagemaker",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    arn = other.create_model(ModelName="theirs", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})["ModelArn"]
    expect(arn, "arn:aws:sagemaker:us-west-2:222233334444:model/theirs")
    expect_error(lambda: sagemaker.describe_model(ModelName="theirs"), "ValidationException", "Could not find model ")


def main():
    results = {}
    for name, check in sorted(globals().items()):
        if not name.startswith("check_"):
            continue
        try:
            check()
            results[name] = "ok"
        except Exception:  # every check is told of, whatever it failed with
            results[name] = traceback.format_exc()
    print(json.dumps({"boto3": boto3.__version__, "results": results}))


main()
