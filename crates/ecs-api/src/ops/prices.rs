//! What things cost.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::types::{DataDiskParams, PriceInfo, SystemDiskParams};

operations! {
    /// The price of a whole batch at once (`amount`, 1 to 1000).
    DescribePrice(Ecs, ByNature) -> DescribePriceResponse {
        region_id: String,
        /// `instance` (then `instance_type` is needed), `disk`, `bandwidth`, …
        resource_type: Option<String>,
        instance_type: Option<String>,
        image_id: Option<String>,
        zone_id: Option<String>,
        amount: Option<i64>,
        /// `Hour`, `Week`, `Month` or `Year`.
        price_unit: Option<String>,
        period: Option<i64>,
        io_optimized: Option<String>,
        instance_network_type: Option<String>,
        internet_charge_type: Option<String>,
        internet_max_bandwidth_out: Option<i64>,
        system_disk: SystemDiskParams,
        data_disks as "DataDisk": Vec<DataDiskParams>,
        spot_strategy: Option<String>,
        spot_duration: Option<i64>,
        platform: Option<String>,
        capacity: Option<i64>,
        dedicated_host_type: Option<String>,
        offering_type: Option<String>,
        assurance_times: Option<String>,
        instance_amount: Option<i64>,
        instance_cpu_core_count: Option<i64>,
        scope: Option<String>,
    }
}

responses! {
    DescribePriceResponse {
        price_info: PriceInfo,
    }
}
