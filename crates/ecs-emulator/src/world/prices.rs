//! Decides what DescribePrice says: the list prices of the catalogue for a batch and a time. Nothing
//! has a discount, and nothing is ever billed.

use ecs_api::ApiError;
use ecs_api::ops::{DescribePrice, DescribePriceResponse};
use ecs_api::types::{MarketplaceImagePrice, Price, PriceDetail, PriceInfo, RelatedPrice};

use super::{Context, World};
use crate::dispatch::Serve;
use crate::refuse;

const CURRENCY: &str = "CNY";

/// What a part costs an hour.
struct Part(&'static str, f64);

impl World {
    fn price_of_instances(&self, op: &DescribePrice, zone: &str) -> Result<Vec<Part>, ApiError> {
        let type_id = op.instance_type.as_deref().unwrap_or("");
        if type_id.is_empty() {
            return Err(refuse::missing("InstanceType"));
        }
        let instance_type = self
            .catalogue
            .instance_type(type_id)
            .filter(|t| zone.is_empty() || self.catalogue.sells(zone, t))
            .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?;
        let image = match op.image_id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => self.catalogue.image(id),
            // Images of the system cost nothing; the first that fits gives the disk its least size.
            None => self
                .catalogue
                .images
                .iter()
                .find(|image| image.runs_on(&instance_type.arch)),
        };
        let image = image.ok_or_else(|| refuse::known("InvalidImageId.NotFound"))?;
        let disk = self.plan_system_disk(&op.system_disk, image, instance_type, zone)?;
        let mut parts = vec![
            Part("instanceType", instance_type.price),
            Part("systemDisk", disk.price),
            Part("image", 0.0),
        ];
        for disk in &op.data_disks {
            let disk = self.plan_data_disk(disk, instance_type, zone)?;
            parts.push(Part("dataDisk", disk.price));
        }
        if let Some(megabits) = op.internet_max_bandwidth_out {
            parts.push(self.price_of_bandwidth(megabits)?);
        }
        Ok(parts)
    }

    fn price_of_disks(&self, op: &DescribePrice, zone: &str) -> Result<Vec<Part>, ApiError> {
        if op.data_disks.is_empty() {
            return Err(refuse::missing("DataDisk.1.Category"));
        }
        op.data_disks
            .iter()
            .map(|disk| Ok(Part("dataDisk", self.plan_volume(disk, zone)?.price)))
            .collect()
    }

    fn price_of_bandwidth(&self, megabits: i64) -> Result<Part, ApiError> {
        if !(0..=100).contains(&megabits) {
            return Err(refuse::invalid(
                "InternetMaxBandwidthOut",
                "it is not between 0 and 100",
            ));
        }
        let price = self.catalogue.bandwidth_price * megabits as f64;
        Ok(Part("bandwidth", price))
    }
}

/// How many hours a unit of time is charged as.
fn hours(unit: Option<&str>) -> Result<f64, ApiError> {
    match unit.unwrap_or("") {
        "" | "Hour" => Ok(1.0),
        "Week" => Ok(7.0 * 24.0),
        "Month" => Ok(30.0 * 24.0),
        "Year" => Ok(365.0 * 24.0),
        _ => Err(refuse::invalid(
            "PriceUnit",
            "it is none of Hour, Week, Month and Year",
        )),
    }
}

fn within(name: &str, value: Option<i64>, most: i64) -> Result<f64, ApiError> {
    let value = value.unwrap_or(1);
    if (1..=most).contains(&value) {
        Ok(value as f64)
    } else {
        Err(refuse::invalid(
            name,
            &format!("it is not between 1 and {most}"),
        ))
    }
}

fn rounded(price: f64) -> f64 {
    (price * 1000.0).round() / 1000.0
}

impl Serve<DescribePrice> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribePrice,
    ) -> Result<DescribePriceResponse, ApiError> {
        let region = self
            .catalogue
            .region(&context.region)
            .ok_or_else(refuse::no_region)?;
        let zone = op.zone_id.as_deref().unwrap_or("");
        if !zone.is_empty() && !region.zones.iter().any(|known| known == zone) {
            return Err(refuse::known("InvalidZoneId.NotFound"));
        }
        let amount = within("Amount", op.amount, 1000)?;
        let time = hours(op.price_unit.as_deref())? * within("Period", op.period, 60)?;
        let parts = match op.resource_type.as_deref().unwrap_or("") {
            "" | "instance" => self.price_of_instances(&op, zone)?,
            "disk" => self.price_of_disks(&op, zone)?,
            "bandwidth" => {
                let megabits = op
                    .internet_max_bandwidth_out
                    .ok_or_else(|| refuse::missing("InternetMaxBandwidthOut"))?;
                vec![self.price_of_bandwidth(megabits)?]
            }
            _ => {
                return Err(refuse::invalid(
                    "ResourceType",
                    "instance, disk and bandwidth have prices here",
                ));
            }
        };
        let sum: f64 = parts.iter().map(|part| part.1).sum();
        let detail = |part: &Part| PriceDetail {
            resource: part.0.to_owned(),
            original_price: rounded(part.1 * amount * time),
            trade_price: rounded(part.1 * amount * time),
            ..PriceDetail::default()
        };
        Ok(DescribePriceResponse {
            price_info: PriceInfo {
                price: Price {
                    currency: CURRENCY.to_owned(),
                    original_price: rounded(sum * amount * time),
                    trade_price: rounded(sum * amount * time),
                    detail_infos: parts.iter().map(detail).collect(),
                    ..Price::default()
                },
                related_price: RelatedPrice {
                    marketplace_image_price: MarketplaceImagePrice {
                        currency: CURRENCY.to_owned(),
                        ..MarketplaceImagePrice::default()
                    },
                },
                rules: Vec::new(),
            },
            ..DescribePriceResponse::default()
        })
    }
}
