//! Decides which instances carry which key pair and which RAM role. Roles themselves are not
//! emulated: every well-formed name counts as one that exists.

use ecs_api::ApiError;
use ecs_api::ops::{
    AttachInstanceRamRole, AttachInstanceRamRoleResponse, AttachKeyPair, DescribeInstanceRamRole,
    DescribeInstanceRamRoleResponse, DetachInstanceRamRole, DetachInstanceRamRoleResponse,
    DetachKeyPair, KeyPairResults,
};
use ecs_api::types::{InstanceRamRole, InstanceResult};

use super::filters::is;
use super::{Context, Instance, World};
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_50, cut, select};
use crate::refuse;

impl World {
    /// Does the same to each of the instances, and says what became of each.
    fn each(
        &mut self,
        context: &Context,
        ids: &[String],
        change: impl Fn(&mut Instance) -> Result<(), ApiError>,
    ) -> Result<(Vec<InstanceResult>, usize), ApiError> {
        if ids.is_empty() {
            return Err(refuse::missing("InstanceIds"));
        }
        for id in ids {
            self.instance(context, id)?;
        }
        let mut failed = 0;
        let mut results = Vec::with_capacity(ids.len());
        for id in ids {
            let (success, code, message) = match self.instance_mut(context, id).and_then(&change) {
                Ok(()) => (true, "200".to_owned(), "successful".to_owned()),
                Err(error) => {
                    failed += 1;
                    (false, error.code, error.message)
                }
            };
            results.push(InstanceResult {
                instance_id: id.clone(),
                success,
                code,
                message,
            });
        }
        Ok((results, failed))
    }
}

fn key_pair_results(name: String, results: Vec<InstanceResult>, failed: usize) -> KeyPairResults {
    KeyPairResults {
        key_pair_name: name,
        total_count: results.len().to_string(),
        fail_count: failed.to_string(),
        results: results.into_iter().map(Into::into).collect(),
        ..KeyPairResults::default()
    }
}

impl Serve<AttachKeyPair> for World {
    fn serve(&mut self, context: &Context, op: AttachKeyPair) -> Result<KeyPairResults, ApiError> {
        self.check_key_pair(context, &op.key_pair_name)?;
        let catalogue = std::sync::Arc::clone(&self.catalogue);
        let (results, failed) = self.each(context, &op.instance_ids.0, |instance| {
            if catalogue
                .image(&instance.image)
                .is_some_and(|image| image.os_type == "windows")
            {
                return Err(refuse::known("DependencyViolation.WindowsInstance"));
            }
            instance.key_pair.clone_from(&op.key_pair_name);
            Ok(())
        })?;
        Ok(key_pair_results(op.key_pair_name.clone(), results, failed))
    }
}

impl Serve<DetachKeyPair> for World {
    fn serve(&mut self, context: &Context, op: DetachKeyPair) -> Result<KeyPairResults, ApiError> {
        let (results, failed) = self.each(context, &op.instance_ids.0, |instance| {
            if instance.key_pair == op.key_pair_name {
                instance.key_pair.clear();
            }
            Ok(())
        })?;
        Ok(key_pair_results(op.key_pair_name.clone(), results, failed))
    }
}

impl Serve<AttachInstanceRamRole> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AttachInstanceRamRole,
    ) -> Result<AttachInstanceRamRoleResponse, ApiError> {
        let (results, failed) = self.each(context, &op.instance_ids.0, |instance| {
            if !instance.ram_role.is_empty() && instance.ram_role != op.ram_role_name {
                return Err(refuse::forbidden(
                    "InvalidInstance.RamRoleExists",
                    "The specified instance already has a RAM role.",
                ));
            }
            instance.ram_role.clone_from(&op.ram_role_name);
            Ok(())
        })?;
        Ok(AttachInstanceRamRoleResponse {
            ram_role_name: op.ram_role_name,
            total_count: results.len() as i64,
            fail_count: failed as i64,
            attach_instance_ram_role_results: results,
            ..AttachInstanceRamRoleResponse::default()
        })
    }
}

impl Serve<DetachInstanceRamRole> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DetachInstanceRamRole,
    ) -> Result<DetachInstanceRamRoleResponse, ApiError> {
        let role = op.ram_role_name.unwrap_or_default();
        let (results, failed) = self.each(context, &op.instance_ids.0, |instance| {
            if role.is_empty() || instance.ram_role == role {
                instance.ram_role.clear();
            }
            Ok(())
        })?;
        Ok(DetachInstanceRamRoleResponse {
            ram_role_name: role,
            total_count: results.len() as i64,
            fail_count: failed as i64,
            detach_instance_ram_role_results: results,
            ..DetachInstanceRamRoleResponse::default()
        })
    }
}

impl Serve<DescribeInstanceRamRole> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceRamRole,
    ) -> Result<DescribeInstanceRamRoleResponse, ApiError> {
        let ids = op.instance_ids.as_ref().map(|list| list.0.as_slice());
        for id in ids.unwrap_or_default() {
            self.instance(context, id)?;
        }
        let keep = |instance: &Instance| {
            context.sees(&instance.region)
                && is(op.ram_role_name.as_ref(), &instance.ram_role)
                && (ids.is_some() || !instance.ram_role.is_empty())
        };
        // With ids all of them are answered, up to the 50 that may be named.
        let size = op.page_size.or(ids.map(|ids| ids.len() as i64));
        let paging = Paging::by_number(op.page_number, size, UP_TO_50);
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        Ok(DescribeInstanceRamRoleResponse {
            region_id: context.region.clone(),
            instance_ram_role_sets: page
                .rows
                .iter()
                .map(|instance| InstanceRamRole {
                    instance_id: instance.id.clone(),
                    ram_role_name: instance.ram_role.clone(),
                })
                .collect(),
            total_count: page.total,
            ..DescribeInstanceRamRoleResponse::default()
        })
    }
}
