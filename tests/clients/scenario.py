"""What every SDK must see in the emulator: one list of steps, over a function that sends an action with flat parameters.

The scenario runs in a network that exists; its ids are in the environment (VPC, VSWITCH, GROUP, IMAGE). Faults are armed over the
emulator's control path, which is no part of the service.
"""
import json
import os
import urllib.request
import uuid

REGION = "cn-hangzhou"


class Refused(Exception):
    """The service's refusal as the SDK reports it."""

    def __init__(self, status, code, message):
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


def control(url, method, path, body=None):
    url = url.replace("https:", "http:", 1)
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_emulator/{path}", data, method=method)) as answer:
        return json.load(answer)


def nested(flat):
    """The parameters as the typed requests of the SDKs take them: `Tag.1.Key` in a list of objects, `SystemDisk.Size` in an object."""
    tree = {}
    for name, value in flat.items():
        at = tree
        *folders, last = name.split(".")
        for folder in folders:
            at = at.setdefault(folder, {})
        at[last] = value

    def lists(node):
        if not isinstance(node, dict):
            return node
        if node and all(key.isdigit() for key in node):
            return [lists(node[key]) for key in sorted(node, key=int)]
        return {key: lists(value) for key, value in node.items()}

    return lists(tree)


def refused(call, code, *arguments, **parameters):
    """Demands that the call is refused with this code."""
    try:
        answer = call(*arguments, **parameters)
    except Refused as refusal:
        assert refusal.code == code, f"refused with {refusal}, not with {code}"
        return refusal
    raise AssertionError(f"{arguments}, {parameters} was answered with {answer}, not refused with {code}")


def run(label, url, send):
    """Goes through the steps with `send(action, parameters) -> body`, which raises `Refused`."""
    vpc, vswitch, group, image = (os.environ[name] for name in ("VPC", "VSWITCH", "GROUP", "IMAGE"))
    held = []

    def call(action, **parameters):
        return send(action, {"RegionId": REGION, **{name.replace("_", "."): str(value) for name, value in parameters.items()}})

    def holds(what):
        held.append(what)

    def wait(ids, status):
        """Asks until all of these instances are in the status."""
        states = None
        while states != {status}:
            found = call("DescribeInstances", InstanceIds=json.dumps(ids), PageSize=100)["Instances"]["Instance"]
            states = {instance["Status"] for instance in found}

    servers = dict(ImageId=image, InstanceType="ecs.g6.large", SecurityGroupId=group, VSwitchId=vswitch,
                   InstanceName="sdk-[1,3]", Tag_1_Key="owner", Tag_1_Value="a b~*(1)/é",
                   DataDisk_1_Category="cloud_essd", DataDisk_1_Size=100)
    refused(call, "DryRunOperation", "RunInstances", **servers, Amount=12, DryRun="true")
    token = str(uuid.uuid4())
    ids = call("RunInstances", **servers, Amount=12, ClientToken=token)["InstanceIdSets"]["InstanceIdSet"]
    assert len(set(ids)) == 12, ids
    assert call("RunInstances", **servers, Amount=12, ClientToken=token)["InstanceIdSets"]["InstanceIdSet"] == ids
    refused(call, "IdempotentParameterMismatch", "RunInstances", **servers, Amount=11, ClientToken=token)
    holds("12 instances, no more for the same token; DryRun makes none")

    every = json.dumps(ids)
    assert len(call("DescribeInstances", InstanceIds=every)["Instances"]["Instance"]) == 10
    pages = [call("DescribeInstances", InstanceIds=every, PageSize=5, PageNumber=n) for n in (1, 2, 3)]
    found = [i for page in pages for i in page["Instances"]["Instance"]]
    assert [len(page["Instances"]["Instance"]) for page in pages] == [5, 5, 2] and pages[0]["TotalCount"] == 12
    assert sorted(i["InstanceId"] for i in found) == sorted(ids)
    assert sorted(i["InstanceName"] for i in found) == [f"sdk-{n:03}" for n in range(1, 13)], found
    assert all(i["Tags"]["Tag"] == [{"TagKey": "owner", "TagValue": "a b~*(1)/é"}] for i in found), found[0]["Tags"]
    first = call("DescribeInstances", InstanceIds=every, MaxResults=10)
    rest = call("DescribeInstances", InstanceIds=every, MaxResults=10, NextToken=first["NextToken"])
    assert len(first["Instances"]["Instance"]) == 10 and len(rest["Instances"]["Instance"]) == 2 and not rest.get("NextToken")
    holds("pages by number and by token")

    wait(ids, "Running")
    stage = uuid.uuid4().hex
    call("TagResources", ResourceType="instance", **{f"ResourceId_{n + 1}": id for n, id in enumerate(ids)},
         Tag_1_Key="stage", Tag_1_Value=stage)
    tagged = call("DescribeInstances", Tag_1_Key="stage", Tag_1_Value=stage, PageSize=100)["Instances"]["Instance"]
    assert len(tagged) == 12
    call("UntagResources", ResourceType="instance", ResourceId_1=ids[0], TagKey_1="stage")
    tags = call("ListTagResources", ResourceType="instance", ResourceId_1=ids[0])["TagResources"]["TagResource"]
    assert [tag["TagKey"] for tag in tags] == ["owner"], tags
    holds("tags set, found by, taken off")

    disks = call("DescribeDisks", InstanceId=ids[0], PageSize=50)["Disks"]["Disk"]
    assert sorted((disk["Type"], disk["Size"]) for disk in disks)[0] == ("data", 100) and len(disks) == 2, disks
    data = next(disk["DiskId"] for disk in disks if disk["Type"] == "data")
    call("ModifyDiskAttribute", DiskId=data, DiskName="logs", Description="of the web")
    refused(call, "InvalidDiskSize.TooSmall", "ResizeDisk", DiskId=data, NewSize=50)
    call("ResizeDisk", DiskId=data, NewSize=200, Type="online")
    disk = call("DescribeDisks", DiskIds=json.dumps([data]))["Disks"]["Disk"][0]
    assert (disk["DiskName"], disk["Size"], disk["InstanceId"]) == ("logs", 200, ids[0]), disk
    holds("disks named and grown, never shrunk")

    made = call("CreateSecurityGroup", VpcId=vpc, SecurityGroupName=f"sdk-{uuid.uuid4().hex[:8]}")["SecurityGroupId"]
    call("AuthorizeSecurityGroup", SecurityGroupId=made, IpProtocol="tcp", PortRange="22/22", SourceCidrIp="10.0.0.0/8")
    rules = call("DescribeSecurityGroupAttribute", SecurityGroupId=made, Direction="ingress")["Permissions"]["Permission"]
    assert [(rule["PortRange"], rule["SourceCidrIp"]) for rule in rules] == [("22/22", "10.0.0.0/8")], rules
    call("JoinSecurityGroup", SecurityGroupId=made, InstanceId=ids[0])
    refused(call, "DependencyViolation", "DeleteSecurityGroup", SecurityGroupId=made)
    call("LeaveSecurityGroup", SecurityGroupId=made, InstanceId=ids[0])
    call("RevokeSecurityGroup", SecurityGroupId=made, IpProtocol="tcp", PortRange="22/22", SourceCidrIp="10.0.0.0/8")
    call("DeleteSecurityGroup", SecurityGroupId=made)
    refused(call, "InvalidSecurityGroupId.NotFound", "DescribeSecurityGroupAttribute", SecurityGroupId=made)
    holds("a security group, its rule, a member, gone again")

    name = f"sdk-{uuid.uuid4().hex[:8]}"
    made = call("CreateKeyPair", KeyPairName=name)
    assert "PRIVATE KEY" in made["PrivateKeyBody"], made
    refused(call, "KeyPair.AlreadyExist", "CreateKeyPair", KeyPairName=name)
    pairs = call("DescribeKeyPairs", KeyPairName=name)["KeyPairs"]["KeyPair"]
    assert [pair["KeyPairFingerPrint"] for pair in pairs] == [made["KeyPairFingerPrint"]], pairs
    template = call("CreateLaunchTemplate", LaunchTemplateName=name, InstanceType="ecs.none.large", ImageId=image,
                    KeyPairName=name)["LaunchTemplateId"]
    data = {key: value for key, value in servers.items() if not key.startswith("DataDisk")}
    version = call("CreateLaunchTemplateVersion", LaunchTemplateId=template, VersionDescription="second", KeyPairName=name,
                   SystemDisk_Category="cloud_essd", SystemDisk_Size=60, **data)["LaunchTemplateVersionNumber"]
    assert version == 2, version
    refused(call, "LaunchTemplateName.Duplicated", "CreateLaunchTemplate", LaunchTemplateName=name)
    here = dict(SecurityGroupId=group, VSwitchId=vswitch)
    refused(call, "InvalidInstanceType.ValueNotSupported", "RunInstances", LaunchTemplateId=template, **here)
    refused(call, "InvalidLaunchTemplateVersion.NotFound", "RunInstances", LaunchTemplateId=template, LaunchTemplateVersion=3)
    call("ModifyLaunchTemplateDefaultVersion", LaunchTemplateId=template, DefaultVersionNumber=2)
    found = call("DescribeLaunchTemplates", LaunchTemplateName_1=name)["LaunchTemplateSets"]["LaunchTemplateSet"]
    assert [(t["DefaultVersionNumber"], t["LatestVersionNumber"]) for t in found] == [(2, 2)], found
    versions = call("DescribeLaunchTemplateVersions", LaunchTemplateId=template)["LaunchTemplateVersionSets"]["LaunchTemplateVersionSet"]
    assert [v["VersionNumber"] for v in versions] == [2, 1] and versions[0]["LaunchTemplateData"]["KeyPairName"] == name, versions
    launched = call("RunInstances", LaunchTemplateName=name, InstanceName="over", Amount=2)["InstanceIdSets"]["InstanceIdSet"]
    instances = call("DescribeInstances", InstanceIds=json.dumps(launched))["Instances"]["Instance"]
    assert [(i["InstanceName"], i["KeyPairName"], i["InstanceType"]) for i in instances] == [("over", name, "ecs.g6.large")] * 2, instances
    refused(call, "InvalidParameter.KeypairAlreadyAttachedInstance", "DeleteKeyPairs", KeyPairNames=json.dumps([name]))
    wait(launched, "Running")
    call("DeleteInstances", **{f"InstanceId_{n + 1}": id for n, id in enumerate(launched)}, Force="true")
    call("DeleteKeyPairs", KeyPairNames=json.dumps([name]))
    call("DeleteLaunchTemplateVersion", LaunchTemplateId=template, DeleteVersion_1=1)
    call("DeleteLaunchTemplate", LaunchTemplateId=template)
    refused(call, "InvalidLaunchTemplate.NotFound", "RunInstances", LaunchTemplateId=template)
    holds("key pairs; launch templates, their versions, and parameters over them")

    refusal = refused(call, "InvalidInstanceType.ValueNotSupported", "RunInstances", **{**servers, "InstanceType": "ecs.none.large"})
    assert refusal.status in (400, 403) and refusal.message, refusal
    refused(call, "MissingParameter", "DescribeInstanceAttribute")
    refused(call, "InvalidAction.NotFound", "MakeCoffee")
    control(url, "POST", "faults", {"action": "DescribeZones", "times": 1, "kind": "error", "status": 400,
                                    "code": "Throttling.User", "message": "Request was denied due to user flow control."})
    refused(call, "Throttling.User", "DescribeZones")
    assert call("DescribeZones")["Zones"]["Zone"]
    holds("refusals with their codes, throttling that passes")

    call("StopInstance", InstanceId=ids[0], ForceStop="true")
    wait(ids[:1], "Stopped")
    call("ModifyInstanceAttribute", InstanceId=ids[0], InstanceName="renamed", DeletionProtection="true")
    refused(call, "InvalidOperation.DeletionProtection", "DeleteInstance", InstanceId=ids[0], Force="true")
    call("ModifyInstanceAttribute", InstanceId=ids[0], DeletionProtection="false")
    call("DeleteInstances", **{f"InstanceId_{n + 1}": id for n, id in enumerate(ids)}, Force="true")
    assert call("DescribeInstances", InstanceIds=every)["TotalCount"] == 0
    holds("deletion protection, then all deleted")
    print(f"{label}: {len(held)} things hold")
