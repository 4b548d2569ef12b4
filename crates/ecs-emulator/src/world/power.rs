//! Decides what starting, stopping, rebooting and deleting instances does, one by one and in
//! batches. When each is legal is decided by `lifecycle`.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, DeleteInstance, DeleteInstances, InstanceResponses, RebootInstance,
    RebootInstances, StartInstance, StartInstances, StopInstance, StopInstances,
};
use ecs_api::types::InstanceResponse;

use super::{Context, World};
use crate::dispatch::Serve;
use crate::lifecycle::{Order, Phase, check};
use crate::refuse;

/// What is asked of each instance of a batch.
struct Batch<'a> {
    order: Order,
    ids: &'a [String],
    stopped_mode: Option<&'a String>,
    optimization: Option<&'a String>,
    dry_run: bool,
}

impl World {
    fn check_order(&self, context: &Context, order: Order, id: &str) -> Result<(), ApiError> {
        let instance = self.instance(context, id)?;
        if matches!(order, Order::Delete { .. } | Order::ForceDelete)
            && instance.deletion_protection
        {
            return Err(refuse::protected());
        }
        check(order, instance.status(context.now))
    }

    fn order(
        &mut self,
        context: &Context,
        order: Order,
        id: &str,
        stopped_mode: Option<&String>,
        dry_run: bool,
    ) -> Result<(), ApiError> {
        self.check_order(context, order, id)?;
        if dry_run {
            return Err(refuse::dry_run());
        }
        let (now, delays) = (context.now, self.delays);
        if let Order::Delete { .. } = order {
            self.release(id, now);
            return Ok(());
        }
        let instance = self.instance_mut(context, id)?;
        instance.phase = match order {
            Order::Start => Phase::start(now, delays),
            Order::Reboot => Phase::reboot(now, delays),
            _ => Phase::stop(now, delays),
        };
        if order == Order::Stop {
            let mode = stopped_mode
                .map(String::as_str)
                .filter(|mode| !mode.is_empty());
            mode.unwrap_or("KeepCharging")
                .clone_into(&mut instance.stopped_mode);
        }
        Ok(())
    }

    fn order_batch(
        &mut self,
        context: &Context,
        batch: &Batch<'_>,
    ) -> Result<InstanceResponses, ApiError> {
        let success_first = batch
            .optimization
            .is_some_and(|text| text == "SuccessFirst");
        for id in batch.ids {
            // An id that does not exist fails the batch in either manner.
            self.instance(context, id)?;
            if !success_first {
                self.check_order(context, batch.order, id)?;
            }
        }
        if batch.dry_run {
            return Err(refuse::dry_run());
        }
        let mut responses = Vec::with_capacity(batch.ids.len());
        for id in batch.ids {
            let before = self.instance(context, id)?.status(context.now);
            let result = self.order(context, batch.order, id, batch.stopped_mode, false);
            let after = self.instance(context, id)?.status(context.now);
            let (code, message) = match result {
                Ok(()) => ("200".to_owned(), "success".to_owned()),
                Err(error) => (error.code, error.message),
            };
            responses.push(InstanceResponse {
                instance_id: id.clone(),
                previous_status: before.as_str().to_owned(),
                current_status: after.as_str().to_owned(),
                code,
                message,
            });
        }
        Ok(InstanceResponses {
            instance_responses: responses,
            ..InstanceResponses::default()
        })
    }
}

impl Serve<StartInstance> for World {
    fn serve(&mut self, context: &Context, op: StartInstance) -> Result<Acknowledged, ApiError> {
        self.order(
            context,
            Order::Start,
            &op.instance_id,
            None,
            op.dry_run == Some(true),
        )?;
        Ok(Acknowledged::default())
    }
}

impl Serve<StartInstances> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: StartInstances,
    ) -> Result<InstanceResponses, ApiError> {
        let batch = Batch {
            order: Order::Start,
            ids: &op.instance_ids,
            stopped_mode: None,
            optimization: op.batch_optimization.as_ref(),
            dry_run: op.dry_run == Some(true),
        };
        self.order_batch(context, &batch)
    }
}

impl Serve<StopInstance> for World {
    fn serve(&mut self, context: &Context, op: StopInstance) -> Result<Acknowledged, ApiError> {
        let mode = op.stopped_mode.as_ref();
        self.order(
            context,
            Order::Stop,
            &op.instance_id,
            mode,
            op.dry_run == Some(true),
        )?;
        Ok(Acknowledged::default())
    }
}

impl Serve<StopInstances> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: StopInstances,
    ) -> Result<InstanceResponses, ApiError> {
        let batch = Batch {
            order: Order::Stop,
            ids: &op.instance_ids,
            stopped_mode: op.stopped_mode.as_ref(),
            optimization: op.batch_optimization.as_ref(),
            dry_run: op.dry_run == Some(true),
        };
        self.order_batch(context, &batch)
    }
}

impl Serve<RebootInstance> for World {
    fn serve(&mut self, context: &Context, op: RebootInstance) -> Result<Acknowledged, ApiError> {
        self.order(
            context,
            Order::Reboot,
            &op.instance_id,
            None,
            op.dry_run == Some(true),
        )?;
        Ok(Acknowledged::default())
    }
}

impl Serve<RebootInstances> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: RebootInstances,
    ) -> Result<InstanceResponses, ApiError> {
        let batch = Batch {
            order: Order::Reboot,
            ids: &op.instance_ids,
            stopped_mode: None,
            optimization: op.batch_optimization.as_ref(),
            dry_run: op.dry_run == Some(true),
        };
        self.order_batch(context, &batch)
    }
}

impl Serve<DeleteInstance> for World {
    fn serve(&mut self, context: &Context, op: DeleteInstance) -> Result<Acknowledged, ApiError> {
        let order = Order::Delete {
            force: op.force == Some(true),
        };
        self.order(
            context,
            order,
            &op.instance_id,
            None,
            op.dry_run == Some(true),
        )?;
        Ok(Acknowledged::default())
    }
}

/// All or nothing.
impl Serve<DeleteInstances> for World {
    fn serve(&mut self, context: &Context, op: DeleteInstances) -> Result<Acknowledged, ApiError> {
        let order = match op.force {
            Some(true) => Order::ForceDelete,
            _ => Order::Delete { force: false },
        };
        if op.instance_ids.is_empty() {
            return Err(refuse::missing("InstanceId"));
        }
        for id in &op.instance_ids {
            self.check_order(context, order, id)?;
        }
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        for id in &op.instance_ids {
            self.release(id, context.now);
        }
        Ok(Acknowledged::default())
    }
}
