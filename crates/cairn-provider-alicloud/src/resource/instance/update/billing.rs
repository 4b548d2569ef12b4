//! Decides how billing and renewal of instances change.

use ecs_api::ops;

use super::members::Members;

/// Changes between subscription and pay-as-you-go, at most 20 instances at a time. The change is paid for at once.
pub(super) async fn charge_type(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first().filter(|m| m.is("instance_charge_type")) else {
        return;
    };
    let new = first.planned();
    let prepaid = new.str("instance_charge_type") == Some("PrePaid");
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    let request = ops::ModifyInstanceChargeType {
        region_id: members.client.region(),
        instance_ids: ids.iter().cloned().collect(),
        instance_charge_type: new.string("instance_charge_type"),
        include_data_disks: new.any_bool("include_data_disks").or(Some(true)),
        period: new.int("period").filter(|_| prepaid),
        period_unit: new.string("period_unit").filter(|_| prepaid),
        auto_pay: Some(true),
        client_token: Some(first.token("bill")),
        ..ops::ModifyInstanceChargeType::default()
    };
    if let Err(error) = members.client.send(&request).await {
        members.fail_all(&ids, &error);
    }
}

/// Says whether and for how long prepaid instances are renewed, a hundred at a time.
pub(super) async fn renewal(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going
        .first()
        .filter(|m| m.any(&["renewal_status", "auto_renew_period"]))
    else {
        return;
    };
    let (old, new) = (first.prior(), first.planned());
    let prepaid = new.str("instance_charge_type") == Some("PrePaid");
    let status = new.string("renewal_status");
    // This is how a prepaid instance is from the beginning.
    let from_the_beginning = old.str("renewal_status").is_none_or(|s| s == "Normal")
        && status.as_deref().is_none_or(|s| s == "Normal");
    if !prepaid || from_the_beginning {
        return;
    }
    let renews = status.as_deref() == Some("AutoRenewal");
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    let request = ops::ModifyInstanceAutoRenewAttribute {
        region_id: members.client.region(),
        instance_id: ids.join(","),
        renewal_status: status,
        duration: new.int("auto_renew_period").filter(|_| renews),
        period_unit: renews.then(|| {
            new.string("period_unit")
                .unwrap_or_else(|| "Month".to_owned())
        }),
        ..ops::ModifyInstanceAutoRenewAttribute::default()
    };
    if let Err(error) = members.client.send(&request).await {
        members.fail_all(&ids, &error);
    }
}
