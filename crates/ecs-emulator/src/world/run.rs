//! Decides what RunInstances makes: which choices it refuses, how many instances stock and addresses
//! allow, and which disks, interfaces, names and addresses each of them gets. How they then live is
//! decided by `lifecycle`.

use ecs_api::ops::{RunInstances, RunInstancesResponse};
use ecs_api::rules::{Os, Profile, RuleContext};
use ecs_api::types::NetworkInterfaceParams;
use ecs_api::{ApiError, Operation as _};

use super::disks::DiskPlan;
use super::pool::NoAddress;
use super::{
    Context, CpuChoice, Disk, Instance, Interface, Maintenance, PrivatePool, Renewal, Tags, Traits,
    World,
};
use crate::catalogue::{InstanceType, SystemImage};
use crate::cidr::parse_address;
use crate::dispatch::Serve;
use crate::ids::hash;
use crate::lifecycle::Phase;
use crate::names::{NamePattern, UNIQUE_SUFFIX_LEN};
use crate::refuse;
use crate::time::Moment;

/// The soonest and the latest an instance may be told to be released, in milliseconds from now.
const RELEASE_MS: (i64, i64) = (30 * 60 * 1000, 3 * 366 * 24 * 3600 * 1000);
const NAME_LEN: usize = 128;

/// Where the primary interface goes.
struct Place {
    vswitch: String,
    vpc: String,
    zone: String,
    groups: Vec<String>,
    /// The first of the addresses asked for.
    address: Option<u32>,
}

/// Everything that all instances of the batch share.
struct Batch {
    place: Place,
    image: String,
    instance_type: String,
    amount: u32,
    disks: Vec<DiskPlan>,
    secondary: Vec<Place>,
    release: Option<Moment>,
    price: f64,
    tags: Tags,
}

/// Rules of the documents that the service does not hold its clients to: official SDKs' examples
/// name disks with spaces.
const TOLERATED: [&str; 1] = ["disk-name-characters"];

impl Serve<RunInstances> for World {
    fn check(&self, context: &Context, op: &RunInstances) -> Result<(), ApiError> {
        let image = op
            .image_id
            .as_deref()
            .and_then(|id| self.catalogue.image(id));
        let rules = RuleContext {
            profile: Profile::Current,
            now: Some(context.now.timestamp()),
            os: image.map(|i| {
                if i.os_type == "windows" {
                    Os::Windows
                } else {
                    Os::Linux
                }
            }),
        };
        let required = op.validate().err().filter(|error| error.rule == "required");
        let broken = || {
            op.validate_in(&rules)
                .into_iter()
                .find(|e| !TOLERATED.contains(&e.rule))
        };
        required
            .or_else(broken)
            .map_or(Ok(()), |error| Err(error.to_api_error()))
    }

    fn serve(
        &mut self,
        context: &Context,
        op: RunInstances,
    ) -> Result<RunInstancesResponse, ApiError> {
        let (op, from_template) = self.through_template(context, op)?;
        if from_template {
            // Only now all of its parameters are known.
            self.check(context, &op)?;
        }
        let batch = self.check_batch(context, &op)?;
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        let user_data = self.share_user_data(op.user_data.as_deref().unwrap_or(""));
        let mut ids = Vec::with_capacity(batch.amount as usize);
        for index in 0..batch.amount {
            ids.push(self.make_instance(context, &op, &batch, index, &user_data));
        }
        // The order of ids is documented nowhere; it must not be taken for that of the names.
        ids.sort_unstable();
        let order_id = match op.instance_charge_type.as_deref() {
            Some("PrePaid") => format!("{:015}", 200_000_000_000_000 + self.ids.draw("order")),
            _ => String::new(),
        };
        Ok(RunInstancesResponse {
            instance_id_sets: ids,
            order_id,
            trade_price: (batch.price * f64::from(batch.amount) * 1000.0).round() / 1000.0,
            ..RunInstancesResponse::default()
        })
    }
}

impl World {
    fn check_batch(&self, context: &Context, op: &RunInstances) -> Result<Batch, ApiError> {
        let image = self.choose_image(op)?;
        let type_id = op.instance_type.as_deref().unwrap_or("");
        if type_id.is_empty() {
            return Err(refuse::missing("InstanceType"));
        }
        let instance_type = self
            .catalogue
            .instance_type(type_id)
            .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?;
        check_fit(image, instance_type, op)?;
        self.check_key_pair(context, op.key_pair_name.as_deref().unwrap_or(""))?;
        let place = self.choose_place(context, op)?;
        let wanted = u32::try_from(op.amount.unwrap_or(1))
            .unwrap_or(1)
            .clamp(1, 100);
        let amount = self.in_stock(op, &place, instance_type, wanted)?;
        let mut disks =
            vec![self.plan_system_disk(&op.system_disk, image, instance_type, &place.zone)?];
        for disk in &op.data_disks {
            disks.push(self.plan_data_disk(disk, instance_type, &place.zone)?);
        }
        self.check_group_room(&place.groups, amount)?;
        check_name_room(op, image)?;
        let mut secondary = Vec::new();
        for interface in op.network_interfaces.iter().filter(|nic| !is_primary(nic)) {
            let place = self.place_of_interface(context, interface, &place)?;
            secondary.push(place);
        }
        let release = match op
            .auto_release_time
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            Some(text) => Some(check_release(text, context.now)?),
            None => None,
        };
        let price = instance_type.price + disks.iter().map(|disk| disk.price).sum::<f64>();
        Ok(Batch {
            image: image.id.clone(),
            instance_type: instance_type.id.clone(),
            amount,
            disks,
            secondary,
            release,
            price,
            tags: op
                .tags
                .iter()
                .map(|tag| (tag.key.clone(), tag.value.clone()))
                .collect(),
            place,
        })
    }

    fn choose_image(&self, op: &RunInstances) -> Result<&SystemImage, ApiError> {
        let no_image = || refuse::known("InvalidImageId.NotFound");
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        match (given(&op.image_id), given(&op.image_family)) {
            (Some(id), _) => self.catalogue.image(&id).ok_or_else(no_image),
            (None, Some(family)) => self.catalogue.image_of_family(&family).ok_or_else(no_image),
            (None, None) => Err(refuse::missing("ImageId")),
        }
    }

    fn choose_place(&self, context: &Context, op: &RunInstances) -> Result<Place, ApiError> {
        let mut vswitch = op.vswitch_id.clone();
        let mut groups = op.security_group_ids.clone();
        groups.extend(op.security_group_id.clone());
        let mut address = op.private_ip_address.clone();
        if let Some(nic) = op.network_interfaces.iter().find(|nic| is_primary(nic)) {
            vswitch.clone_from(&nic.vswitch_id);
            groups.clone_from(&nic.security_group_ids);
            groups.extend(nic.security_group_id.clone());
            address.clone_from(&nic.primary_ip_address);
        }
        groups.retain(|group| !group.is_empty());
        if groups.is_empty() {
            return Err(refuse::missing("SecurityGroupId"));
        }
        let zone = op.zone_id.as_deref().filter(|zone| !zone.is_empty());
        if let Some(zone) = zone {
            let known = self
                .catalogue
                .region(&context.region)
                .is_some_and(|region| region.zones.iter().any(|z| z == zone));
            if !known {
                return Err(refuse::known("InvalidZoneId.NotFound"));
            }
        }
        for group in &groups {
            let known = self
                .tables
                .security_groups
                .get(group)
                .is_some_and(|g| context.sees(&g.region));
            if !known {
                return Err(refuse::known("InvalidSecurityGroupId"));
            }
        }
        let place = self.place(
            context,
            vswitch.as_deref().unwrap_or(""),
            groups,
            address.as_deref(),
        )?;
        if zone.is_some_and(|zone| zone != place.zone) {
            return Err(refuse::bad(
                "InvalidParameter.Mismatch",
                "The specified vSwitch is not in the specified zone.",
            ));
        }
        Ok(place)
    }

    fn place(
        &self,
        context: &Context,
        vswitch: &str,
        groups: Vec<String>,
        address: Option<&str>,
    ) -> Result<Place, ApiError> {
        if vswitch.is_empty() {
            return Err(refuse::missing("VSwitchId"));
        }
        let vswitch = self
            .tables
            .vswitches
            .get(vswitch)
            .filter(|vswitch| context.sees(&vswitch.region))
            .ok_or_else(refuse::no_vswitch)?;
        if context.now < vswitch.available_at {
            return Err(refuse::known("IncorrectVSwitchStatus"));
        }
        for group in &groups {
            let group = self
                .tables
                .security_groups
                .get(group)
                .ok_or_else(refuse::no_group)?;
            if group.vpc != vswitch.vpc {
                return Err(refuse::bad(
                    "InvalidParameter.Mismatch",
                    "The specified security group and vSwitch are not in the same VPC.",
                ));
            }
        }
        let address = match address.filter(|text| !text.is_empty()) {
            Some(text) => Some(parse_address(text).ok_or_else(|| no_address(NoAddress::Outside))?),
            None => None,
        };
        Ok(Place {
            vswitch: vswitch.id.clone(),
            vpc: vswitch.vpc.clone(),
            zone: vswitch.zone.clone(),
            groups,
            address,
        })
    }

    fn place_of_interface(
        &self,
        context: &Context,
        nic: &NetworkInterfaceParams,
        primary: &Place,
    ) -> Result<Place, ApiError> {
        if nic
            .network_interface_id
            .as_ref()
            .is_some_and(|id| !id.is_empty())
        {
            return Err(refuse::not_found(
                "InvalidEniId.NotFound",
                "The specified network interface does not exist.",
            ));
        }
        let mut groups = nic.security_group_ids.clone();
        groups.extend(nic.security_group_id.clone());
        groups.retain(|group| !group.is_empty());
        if groups.is_empty() {
            groups.clone_from(&primary.groups);
        }
        let vswitch = nic.vswitch_id.as_deref().unwrap_or(&primary.vswitch);
        let place = self.place(context, vswitch, groups, nic.primary_ip_address.as_deref())?;
        if place.zone != primary.zone {
            return Err(refuse::bad(
                "InvalidParameter.Mismatch",
                "The specified vSwitch of the network interface is in another zone.",
            ));
        }
        Ok(place)
    }

    /// How many of the wanted instances there is stock and room for: all of them, or at least
    /// MinAmount where that is given.
    fn in_stock(
        &self,
        op: &RunInstances,
        place: &Place,
        instance_type: &InstanceType,
        wanted: u32,
    ) -> Result<u32, ApiError> {
        let least = op
            .min_amount
            .and_then(|min| u32::try_from(min).ok())
            .unwrap_or(wanted);
        if !self.catalogue.sells(&place.zone, instance_type) {
            return Err(refuse::known("OperationDenied.NoStock"));
        }
        let mut amount = wanted;
        let (stock, left) = self.stock(&place.zone, &instance_type.id);
        if let Some(left) = left {
            amount = amount.min(left);
            if amount < least {
                return Err(refuse::known("OperationDenied.NoStock"));
            }
        }
        if let Some(stock) = stock {
            let sold = self
                .tables
                .instances
                .iter()
                .filter(|i| i.instance_type == instance_type.id && i.zone == place.zone)
                .count() as u32;
            amount = amount.min(stock.saturating_sub(sold));
            if amount < least {
                return Err(refuse::known("OperationDenied.NoStock"));
            }
        }
        let pool = self
            .pools
            .get(&place.vswitch)
            .ok_or_else(refuse::no_vswitch)?;
        if let Some(start) = place.address {
            pool.check_run(start, amount).map_err(no_address)?;
        }
        let room = u32::try_from(pool.available()).unwrap_or(u32::MAX);
        amount = amount.min(room);
        if amount < least || amount == 0 {
            return Err(no_address(NoAddress::Exhausted));
        }
        Ok(amount)
    }

    fn check_group_room(&self, groups: &[String], amount: u32) -> Result<(), ApiError> {
        for group in groups {
            let members = self.members_of(group);
            if members + i64::from(amount) > self.group_limit(group) {
                return Err(refuse::known("SecurityGroupInstanceLimitExceed"));
            }
        }
        Ok(())
    }

    /// Keeps a text of user data once, however many instances have it.
    pub(crate) fn share_user_data(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let id = format!("ud-{:016x}-{}", hash(text), text.len());
        if !self.tables.user_data.contains(&id) {
            self.tables.user_data.insert(super::UserData {
                id: id.clone(),
                text: text.to_owned(),
            });
        }
        id
    }

    fn make_instance(
        &mut self,
        context: &Context,
        op: &RunInstances,
        batch: &Batch,
        index: u32,
        user_data: &str,
    ) -> String {
        let now = context.now;
        let id = self.next_id("i");
        let unique = op.unique_suffix == Some(true);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let named = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let name = named(&op.instance_name).map_or_else(
            || id.clone(),
            |name| NamePattern::parse(&name).name(index, unique),
        );
        let host_name = match op.host_names.get(index as usize) {
            Some(host_name) => host_name.clone(),
            None => named(&op.host_name).map_or_else(
                || format!("iZ{}Z", id.trim_start_matches("i-")),
                |name| NamePattern::parse(&name).name(index, unique),
            ),
        };
        // Newest first, the system disk is to come before the data disks: it is made last.
        let mut disks: Vec<String> = Vec::new();
        for (number, plan) in batch.disks.iter().enumerate().rev() {
            disks.push(self.make_disk(context, batch, plan, &id, number));
        }
        disks.reverse();
        let mut interfaces: Vec<String> = Vec::new();
        for (number, place) in batch.secondary.iter().enumerate() {
            if let Ok(interface) =
                self.make_interface(context, batch, place, &id, index, false, number)
            {
                interfaces.push(interface);
            }
        }
        if let Ok(primary) = self.make_interface(context, batch, &batch.place, &id, index, true, 0)
        {
            self.fit_out(&primary, op);
            interfaces.insert(0, primary);
        }
        let bandwidth_out = op.internet_max_bandwidth_out.unwrap_or(0);
        let public_ip = if bandwidth_out > 0 {
            self.next_public_address()
        } else {
            String::new()
        };
        let prepaid = op.instance_charge_type.as_deref() == Some("PrePaid");
        let instance = Instance {
            id: id.clone(),
            region: context.region.clone(),
            zone: batch.place.zone.clone(),
            name,
            host_name,
            description: text(&op.description),
            image: batch.image.clone(),
            instance_type: batch.instance_type.clone(),
            created: now,
            phase: Phase::boot(now, self.delays),
            stopped_mode: "KeepCharging".to_owned(),
            security_groups: batch.place.groups.clone(),
            vswitch: batch.place.vswitch.clone(),
            vpc: batch.place.vpc.clone(),
            interfaces,
            disks,
            tags: batch.tags.clone(),
            key_pair: text(&op.key_pair_name),
            user_data: user_data.to_owned(),
            ram_role: text(&op.ram_role_name),
            deletion_protection: op.deletion_protection == Some(true),
            auto_release: None,
            expires: prepaid
                .then(|| expiry(now, op.period, op.period_unit.as_deref().unwrap_or(""))),
            internet_charge_type: named(&op.internet_charge_type)
                .unwrap_or_else(|| "PayByTraffic".to_owned()),
            bandwidth_in: op
                .internet_max_bandwidth_in
                .unwrap_or_else(|| bandwidth_out.max(if bandwidth_out > 0 { 10 } else { 0 })),
            bandwidth_out,
            public_ip,
            eip: String::new(),
            charge_type: named(&op.instance_charge_type).unwrap_or_else(|| "PostPaid".to_owned()),
            spot_strategy: named(&op.spot_strategy).unwrap_or_else(|| "NoSpot".to_owned()),
            spot_price_limit: op.spot_price_limit.unwrap_or(0.0),
            spot_duration: op.spot_duration.unwrap_or(0),
            credit_specification: text(&op.credit_specification),
            resource_group: text(&op.resource_group_id),
            http_endpoint: named(&op.http_endpoint).unwrap_or_else(|| "enabled".to_owned()),
            http_tokens: named(&op.http_tokens).unwrap_or_else(|| "optional".to_owned()),
            hop_limit: op.http_put_response_hop_limit.unwrap_or(1),
            deployment_set: text(&op.deployment_set_id),
            hpc_cluster: text(&op.hpc_cluster_id),
            maintenance: Maintenance::default(),
            period_unit: text(&op.period_unit),
            serial: self.serial(),
            renewal: Renewal {
                status: if op.auto_renew == Some(true) {
                    "AutoRenewal".to_owned()
                } else {
                    String::new()
                },
                unit: text(&op.period_unit),
                duration: op.auto_renew_period.unwrap_or(0),
            },
            private_pool: PrivatePool {
                criteria: text(&op.private_pool_options.match_criteria),
                id: text(&op.private_pool_options.id),
            },
            cpu: CpuChoice {
                cores: op.cpu_options.core.unwrap_or(0),
                threads: op.cpu_options.threads_per_core.unwrap_or(0),
                topology: text(&op.cpu_options.topology_type),
            },
            dedicated_host: text(&op.dedicated_host_id),
            spot_interruption: text(&op.spot_interruption_behavior),
            traits: Traits {
                no_jumbo_frames: op.network_options.enable_jumbo_frame == Some(false),
                high_density: op.additional_info.enable_high_density_mode == Some(true),
                non_root_login: op.image_options.login_as_non_root == Some(true),
            },
        };
        self.tables.instances.insert(instance);
        self.set_release(&id, batch.release);
        id
    }

    fn make_disk(
        &mut self,
        context: &Context,
        batch: &Batch,
        plan: &DiskPlan,
        instance: &str,
        number: usize,
    ) -> String {
        let id = self.next_id("d");
        let disk = Disk {
            id: id.clone(),
            region: context.region.clone(),
            zone: batch.place.zone.clone(),
            instance: instance.to_owned(),
            device: plan
                .device
                .clone()
                .unwrap_or_else(|| super::disks::device(number)),
            created: context.now,
            attached: Some(context.now),
            tags: batch.tags.clone(),
            ..plan.row()
        };
        self.tables.disks.insert(disk);
        id
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row")]
    fn make_interface(
        &mut self,
        context: &Context,
        batch: &Batch,
        place: &Place,
        instance: &str,
        index: u32,
        primary: bool,
        number: usize,
    ) -> Result<String, NoAddress> {
        let pool = self
            .pools
            .get_mut(&place.vswitch)
            .ok_or(NoAddress::Exhausted)?;
        let address = match place.address {
            Some(start) if primary || (index == 0 && pool.check_run(start, 1).is_ok()) => {
                pool.take(start + index)
            }
            _ => pool.take_next()?,
        };
        let id = self.next_id("eni");
        let mac = self.ids.draw("mac");
        let interface = Interface {
            id: id.clone(),
            region: context.region.clone(),
            zone: place.zone.clone(),
            vpc: place.vpc.clone(),
            vswitch: place.vswitch.clone(),
            name: if primary {
                String::new()
            } else {
                format!("eni-{}", number + 1)
            },
            description: String::new(),
            primary,
            instance: instance.to_owned(),
            mac: format!(
                "00:16:3e:{:02x}:{:02x}:{:02x}",
                mac >> 16 & 0xff,
                mac >> 8 & 0xff,
                mac & 0xff
            ),
            address,
            security_groups: place.groups.clone(),
            created: context.now,
            eip: String::new(),
            resource_group: String::new(),
            tags: batch.tags.clone(),
            secondary: Vec::new(),
            ipv6: Vec::new(),
            traffic_mode: String::new(),
            card: 0,
            queue_pairs: 0,
            source_dest_check: false,
        };
        self.tables.interfaces.insert(interface);
        Ok(id)
    }

    /// Gives a primary interface what the request says of it besides its place.
    fn fit_out(&mut self, id: &str, op: &RunInstances) {
        let nic = op.network_interfaces.iter().find(|nic| is_primary(nic));
        let given = nic.map_or(&op.ipv6_addresses, |nic| &nic.ipv6_address);
        let count = nic.map_or(op.ipv6_address_count, |nic| nic.ipv6_address_count);
        let mut ipv6 = given.clone();
        if ipv6.is_empty() {
            ipv6.extend((0..count.unwrap_or(0)).map(|_| self.next_ipv6_address()));
        }
        let Some(row) = self.tables.interfaces.get_mut(id) else {
            return;
        };
        row.ipv6 = ipv6;
        if let Some(nic) = nic {
            row.traffic_mode = nic
                .network_interface_traffic_mode
                .clone()
                .unwrap_or_default();
            row.card = nic.network_card_index.unwrap_or(0);
            row.queue_pairs = nic.queue_pair_number.unwrap_or(0);
            row.source_dest_check = nic.source_dest_check == Some(true);
        }
    }

    /// An address of the outside world that nothing else has.
    pub(crate) fn next_public_address(&mut self) -> String {
        let number = self.ids.draw("public-address");
        format!(
            "47.{}.{}.{}",
            96 + (number >> 16 & 0x1f),
            number >> 8 & 0xff,
            number & 0xff
        )
    }

    fn serial(&mut self) -> String {
        let number = self.ids.draw("serial");
        crate::ids::request_id(self.ids.noise("serial", 0), number).to_lowercase()
    }
}

fn is_primary(nic: &NetworkInterfaceParams) -> bool {
    nic.instance_type.as_deref() == Some("Primary")
}

fn check_fit(
    image: &SystemImage,
    instance_type: &InstanceType,
    op: &RunInstances,
) -> Result<(), ApiError> {
    if !image.runs_on(&instance_type.arch) {
        return Err(refuse::known("ImageNotSupportInstanceType"));
    }
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if image.os_type == "windows" && given(&op.key_pair_name) {
        return Err(refuse::known("DependencyViolation.WindowsInstance"));
    }
    if given(&op.credit_specification) && !instance_type.burstable {
        return Err(refuse::bad(
            "InvalidParameter.CreditSpecification",
            "The specified CreditSpecification is for burstable instance types only.",
        ));
    }
    Ok(())
}

fn check_name_room(op: &RunInstances, image: &SystemImage) -> Result<(), ApiError> {
    if op.unique_suffix != Some(true) {
        return Ok(());
    }
    let too_long = |name: Option<&String>, most: usize| {
        name.is_some_and(|name| {
            let pattern = NamePattern::parse(name);
            pattern.takes_unique_suffix()
                && pattern.name(0, false).chars().count() + UNIQUE_SUFFIX_LEN > most
        })
    };
    if too_long(op.instance_name.as_ref(), NAME_LEN) {
        return Err(refuse::forbidden(
            "InvalidParams.InstanceNameExceed",
            "The instance name is too long for the unique suffix.",
        ));
    }
    let host_len = if image.os_type == "windows" { 15 } else { 64 };
    if too_long(op.host_name.as_ref(), host_len) {
        return Err(refuse::forbidden(
            "InvalidParams.HostnameExceed",
            "The host name is too long for the unique suffix.",
        ));
    }
    Ok(())
}

/// Reads a release time and checks that it is not too soon and not too late.
pub(crate) fn check_release(text: &str, now: Moment) -> Result<Moment, ApiError> {
    let malformed = || {
        refuse::bad(
            "InvalidAutoReleaseTime.Malformed",
            "The specified AutoReleaseTime is malformed, or it is not between 30 minutes and three years from now.",
        )
    };
    let due = Moment::parse(text).ok_or_else(malformed)?;
    let ahead = due.as_millis() - now.as_millis();
    // Seconds are cut off by clients that read the clock first: a minute is let pass.
    if ahead < RELEASE_MS.0 - 60_000 || ahead > RELEASE_MS.1 {
        return Err(malformed());
    }
    Ok(due)
}

/// When what is paid for from now on ends.
pub(crate) fn expiry(now: Moment, period: Option<i64>, unit: &str) -> Moment {
    let days = match unit {
        "Week" => 7,
        "Year" => 365,
        _ => 30,
    };
    now.plus_millis(
        period
            .unwrap_or(1)
            .saturating_mul(days)
            .saturating_mul(24 * 3600 * 1000),
    )
}

/// The refusal of an address.
pub(crate) fn no_address(why: NoAddress) -> ApiError {
    match why {
        NoAddress::Outside => refuse::bad(
            "InvalidPrivateIpAddress",
            "The specified private IP address is not in the CIDR block of the vSwitch, or is reserved.",
        ),
        NoAddress::Taken => refuse::bad(
            "InvalidPrivateIpAddress.Duplicated",
            "The specified private IP address is already in use.",
        ),
        NoAddress::Exhausted => refuse::bad(
            "QuotaExceeded.PrivateIpAddress",
            "The vSwitch does not have enough private IP addresses.",
        ),
    }
}
