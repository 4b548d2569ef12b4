//! Decides how key pairs and RAM roles of instances change: those of all instances of a call by one request each way.

use ecs_api::{JsonList, Operation, ops};

use super::members::Members;

/// Puts another key pair on instances, or takes the one that they have; it counts after the next start.
pub(super) async fn keys(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first().filter(|m| m.is("key_name")) else {
        return;
    };
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    let instance_ids: JsonList<String> = ids.iter().cloned().collect();
    let region_id = members.client.region();
    let (action, sent) = match (
        first.prior().string("key_name"),
        first.planned().string("key_name"),
    ) {
        (_, Some(key_pair_name)) => {
            let request = ops::AttachKeyPair {
                region_id,
                key_pair_name,
                instance_ids,
            };
            let sent = members.client.send(&request).await;
            (ops::AttachKeyPair::ACTION, sent)
        }
        (Some(key_pair_name), None) => {
            let request = ops::DetachKeyPair {
                region_id,
                key_pair_name,
                instance_ids,
            };
            let sent = members.client.send(&request).await;
            (ops::DetachKeyPair::ACTION, sent)
        }
        (None, None) => return,
    };
    match sent {
        Ok(answer) => {
            for result in answer.results.iter().filter(|r| r.success == "false") {
                members.refuse(action, &result.instance_id, &result.code, &result.message);
            }
        }
        Err(error) => members.fail_all(&ids, &error),
    }
}

/// Takes the old RAM role from instances and gives them the new one.
pub(super) async fn roles(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first().filter(|m| m.is("role_name")) else {
        return;
    };
    if let Some(role) = first.prior().string("role_name") {
        let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
        let request = ops::DetachInstanceRamRole {
            region_id: members.client.region(),
            ram_role_name: Some(role),
            instance_ids: ids.iter().cloned().collect(),
        };
        match members.client.send(&request).await {
            Ok(answer) => {
                let results = answer.detach_instance_ram_role_results;
                for result in results.iter().filter(|r| !r.success) {
                    let action = ops::DetachInstanceRamRole::ACTION;
                    members.refuse(action, &result.instance_id, &result.code, &result.message);
                }
            }
            Err(error) => members.fail_all(&ids, &error),
        }
    }
    let Some(ram_role_name) = first.planned().string("role_name") else {
        return;
    };
    let ids: Vec<String> = members.going().into_iter().map(|m| m.id).collect();
    if ids.is_empty() {
        return;
    }
    let request = ops::AttachInstanceRamRole {
        region_id: members.client.region(),
        ram_role_name,
        instance_ids: ids.iter().cloned().collect(),
        policy: None,
    };
    match members.client.send(&request).await {
        Ok(answer) => {
            let results = answer.attach_instance_ram_role_results;
            for result in results.iter().filter(|r| !r.success) {
                let action = ops::AttachInstanceRamRole::ACTION;
                members.refuse(action, &result.instance_id, &result.code, &result.message);
            }
        }
        Err(error) => members.fail_all(&ids, &error),
    }
}
