//! Decides which images are shown. There are only those of the catalogue: nobody makes any.

use ecs_api::ApiError;
use ecs_api::ops::{DescribeImages, DescribeImagesResponse};
use ecs_api::types::{DiskDeviceMapping, Image};

use super::filters::{is, is_like, is_word};
use super::{Context, World};
use crate::catalogue::SystemImage;
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_100, cut};
use crate::refuse;

impl Serve<DescribeImages> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeImages,
    ) -> Result<DescribeImagesResponse, ApiError> {
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_100);
        let given = |text: &Option<String>| text.as_ref().filter(|text| !text.is_empty()).cloned();
        let ids: Option<Vec<String>> =
            given(&op.image_id).map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect());
        let arch = match given(&op.instance_type) {
            Some(id) => {
                let known = self.catalogue.instance_type(&id);
                Some(
                    known
                        .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?
                        .arch
                        .clone(),
                )
            }
            None => None,
        };
        let available = given(&op.status).is_none_or(|s| s.split(',').any(|s| s == "Available"));
        let keep = |image: &SystemImage| {
            available
                && is(op.image_owner_alias.as_ref(), "system")
                && ids.as_ref().is_none_or(|ids| ids.contains(&image.id))
                && is_like(op.image_name.as_ref(), &image.name)
                && is(op.image_family.as_ref(), &image.family)
                && is_word(op.os_type.as_ref(), &image.os_type)
                && is_word(op.architecture.as_ref(), &image.arch)
                && arch.as_ref().is_none_or(|arch| image.runs_on(arch))
                && op
                    .is_support_cloudinit
                    .is_none_or(|flag| flag == image.cloudinit)
                && op.is_support_io_optimized.unwrap_or(true)
                && op.is_public.unwrap_or(true)
                && is(
                    op.usage.as_ref().filter(|usage| *usage != "none"),
                    "instance",
                )
                && op.tags.is_empty()
                && op.snapshot_id.as_ref().is_none_or(String::is_empty)
        };
        let rows: Vec<(u64, &SystemImage)> = (0..)
            .zip(&self.catalogue.images)
            .filter(|(_, image)| keep(image))
            .map(|(number, image)| (u64::MAX - number, image))
            .collect();
        let page = cut(rows, paging);
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        Ok(DescribeImagesResponse {
            region_id: context.region.clone(),
            images: page.rows.iter().map(|image| describe(image)).collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeImagesResponse::default()
        })
    }
}

fn describe(image: &SystemImage) -> Image {
    Image {
        image_id: image.id.clone(),
        image_name: image.name.clone(),
        image_family: image.family.clone(),
        description: String::new(),
        image_owner_alias: "system".to_owned(),
        os_name: image.os_name.clone(),
        os_name_en: image.os_name_en.clone(),
        os_type: image.os_type.clone(),
        platform: image.platform.clone(),
        architecture: image.arch.clone(),
        boot_mode: if image.arch == "arm64" {
            "UEFI"
        } else {
            "BIOS"
        }
        .to_owned(),
        size: i64::from(image.size),
        status: "Available".to_owned(),
        usage: "instance".to_owned(),
        usable: true,
        progress: "100%".to_owned(),
        creation_time: image.created.clone(),
        is_public: true,
        is_support_cloudinit: image.cloudinit,
        is_support_io_optimized: true,
        login_as_non_root_supported: image.os_type == "linux",
        disk_device_mappings: vec![DiskDeviceMapping {
            device: "/dev/xvda".to_owned(),
            size: image.size.to_string(),
            r#type: "system".to_owned(),
            ..DiskDeviceMapping::default()
        }],
        ..Image::default()
    }
}
