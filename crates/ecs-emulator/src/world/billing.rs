//! Decides how instances are paid for: changes between subscription and pay-as-you-go, renewal, and the type of prepaid
//! instances. Nothing is ever charged, and nothing expires.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, DescribeInstanceAutoRenewAttribute, DescribeInstanceAutoRenewAttributeResponse,
    ModifyInstanceAutoRenewAttribute, ModifyInstanceChargeType, ModifyInstanceChargeTypeResponse,
    ModifyPrepayInstanceSpec, ModifyPrepayInstanceSpecResponse,
};
use ecs_api::types::InstanceRenewal;

use super::run::expiry;
use super::{Context, Instance, World};
use crate::dispatch::Serve;
use crate::lifecycle::{Order, check};
use crate::page::{Paging, UP_TO_100, cut, select};
use crate::refuse;

/// How many instances one change of billing takes.
const MOST_CHANGED: usize = 20;
const STATUSES: [&str; 3] = ["AutoRenewal", "Normal", "NotRenewal"];

pub(crate) fn wrong_charge_type() -> ApiError {
    refuse::forbidden(
        "ChargeTypeViolation",
        "The operation is not permitted due to charge type of the instance.",
    )
}

impl World {
    fn order_id(&mut self) -> String {
        format!("{:015}", 200_000_000_000_000 + self.ids.draw("order"))
    }
}

impl Serve<ModifyInstanceChargeType> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceChargeType,
    ) -> Result<ModifyInstanceChargeTypeResponse, ApiError> {
        let ids = &op.instance_ids.0;
        if ids.len() > MOST_CHANGED {
            return Err(refuse::bad(
                "InvalidParameter.InstanceIds",
                "The specified parameter InstanceIds holds more than 20 instances.",
            ));
        }
        let wanted = op.instance_charge_type.as_deref().unwrap_or("PrePaid");
        if !["PrePaid", "PostPaid"].contains(&wanted) {
            return Err(refuse::invalid(
                "InstanceChargeType",
                "it is PrePaid or PostPaid",
            ));
        }
        let prepaid = wanted == "PrePaid";
        if prepaid && op.period.is_none() {
            return Err(refuse::missing("Period"));
        }
        for id in ids {
            let instance = self.instance(context, id)?;
            check(Order::WhenSettled, instance.status(context.now))?;
            let spot = !matches!(instance.spot_strategy.as_str(), "" | "NoSpot");
            if prepaid && (spot || instance.auto_release.is_some()) {
                return Err(wrong_charge_type());
            }
        }
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        let unit = op.period_unit.clone().unwrap_or_default();
        let until = prepaid.then(|| expiry(context.now, op.period, &unit));
        for id in ids {
            let instance = self.instance_mut(context, id)?;
            wanted.clone_into(&mut instance.charge_type);
            instance.expires = until;
            instance.period_unit.clone_from(&unit);
            let disks = instance.disks.clone();
            for (number, disk) in disks.iter().enumerate() {
                if (number == 0 || op.include_data_disks == Some(true))
                    && let Some(disk) = self.tables.disks.get_mut(disk)
                {
                    wanted.clone_into(&mut disk.charge_type);
                }
            }
        }
        Ok(ModifyInstanceChargeTypeResponse {
            order_id: self.order_id(),
            ..ModifyInstanceChargeTypeResponse::default()
        })
    }
}

impl Serve<ModifyPrepayInstanceSpec> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyPrepayInstanceSpec,
    ) -> Result<ModifyPrepayInstanceSpecResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        if instance.charge_type != "PrePaid" {
            return Err(wrong_charge_type());
        }
        self.check_new_type(instance, &op.instance_type)?;
        check(Order::WhenStopped, instance.status(context.now))?;
        self.instance_mut(context, &op.instance_id)?
            .instance_type
            .clone_from(&op.instance_type);
        Ok(ModifyPrepayInstanceSpecResponse {
            order_id: self.order_id(),
            ..ModifyPrepayInstanceSpecResponse::default()
        })
    }
}

fn listed(ids: &str) -> Vec<String> {
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(str::to_owned).collect()
}

impl Serve<ModifyInstanceAutoRenewAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceAutoRenewAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let ids = listed(&op.instance_id);
        for id in &ids {
            if self.instance(context, id)?.charge_type != "PrePaid" {
                return Err(wrong_charge_type());
            }
        }
        let status = match (&op.renewal_status, op.auto_renew) {
            (Some(status), _) if !STATUSES.contains(&status.as_str()) => {
                return Err(refuse::invalid(
                    "RenewalStatus",
                    "it is none of the known ones",
                ));
            }
            (Some(status), _) => Some(status.clone()),
            (None, Some(true)) => Some("AutoRenewal".to_owned()),
            (None, Some(false)) => Some("Normal".to_owned()),
            (None, None) => None,
        };
        for id in &ids {
            let renewal = &mut self.instance_mut(context, id)?.renewal;
            if let Some(status) = &status {
                renewal.status.clone_from(status);
            }
            if let Some(unit) = &op.period_unit {
                renewal.unit.clone_from(unit);
            }
            if let Some(duration) = op.duration {
                renewal.duration = duration;
            }
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeInstanceAutoRenewAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceAutoRenewAttribute,
    ) -> Result<DescribeInstanceAutoRenewAttributeResponse, ApiError> {
        let ids = op.instance_id.as_deref().map(listed).unwrap_or_default();
        let number = |text: &Option<String>| text.as_deref().and_then(|t| t.parse().ok());
        // With ids all of them are answered, up to the 100 that may be named.
        let size = number(&op.page_size).or(Some(ids.len() as i64).filter(|n| *n > 0));
        let paging = Paging::by_number(number(&op.page_number), size, UP_TO_100);
        let keep = |instance: &Instance| {
            let status = op.renewal_status.as_deref();
            context.sees(&instance.region)
                && instance.charge_type == "PrePaid"
                && status.is_none_or(|status| renewal_status(instance) == status)
        };
        let ids = Some(ids.as_slice()).filter(|ids| !ids.is_empty());
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        Ok(DescribeInstanceAutoRenewAttributeResponse {
            instance_renew_attributes: page.rows.iter().map(|row| describe(row)).collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInstanceAutoRenewAttributeResponse::default()
        })
    }
}

fn renewal_status(instance: &Instance) -> &str {
    match instance.renewal.status.as_str() {
        "" => "Normal",
        status => status,
    }
}

fn describe(instance: &Instance) -> InstanceRenewal {
    let status = renewal_status(instance);
    let renews = status == "AutoRenewal";
    InstanceRenewal {
        instance_id: instance.id.clone(),
        auto_renew_enabled: renews,
        renewal_status: status.to_owned(),
        period_unit: match instance.renewal.unit.as_str() {
            "" => "Month".to_owned(),
            unit => unit.to_owned(),
        },
        duration: if renews {
            instance.renewal.duration.max(1)
        } else {
            0
        },
    }
}
