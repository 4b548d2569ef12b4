//! How large a disk of a category may be. Sizes are in GiB.

use std::ops::RangeInclusive;

use super::Profile;

/// The sizes that a data disk of this category may have; of no category, what one of the possible
/// defaults allows. The performance level counts for ESSDs (PL1 if absent). `None` for a category
/// that the profile does not know.
pub fn data_disk_size_range(
    category: Option<&str>,
    performance_level: Option<&str>,
    profile: Profile,
) -> Option<RangeInclusive<i64>> {
    let range = match (profile, category) {
        (Profile::Reference2019, None) | (_, Some("cloud")) => 5..=2_000,
        (_, Some("cloud_efficiency" | "cloud_ssd")) => 20..=32_768,
        (Profile::Reference2019, Some("ephemeral_ssd")) => 5..=800,
        (Profile::Current, None | Some("cloud_auto")) => 1..=65_536,
        (Profile::Current, Some("cloud_essd")) => essd_minimum(performance_level)?..=65_536,
        (Profile::Current, Some("cloud_essd_entry")) => 10..=32_768,
        (Profile::Current, Some("cloud_regional_disk_auto")) => 10..=65_536,
        (
            Profile::Current,
            Some("elastic_ephemeral_disk_standard" | "elastic_ephemeral_disk_premium"),
        ) => 64..=8_192,
        (_, Some(_)) => return None,
    };
    Some(range)
}

/// As [`data_disk_size_range`], for the system disk. An image may ask for more than the minimum.
pub fn system_disk_size_range(
    category: Option<&str>,
    performance_level: Option<&str>,
    profile: Profile,
) -> Option<RangeInclusive<i64>> {
    let range = match (profile, category) {
        (
            Profile::Reference2019,
            None | Some("cloud" | "cloud_efficiency" | "cloud_ssd" | "ephemeral_ssd"),
        )
        | (Profile::Current, Some("cloud")) => 20..=500,
        (Profile::Current, None | Some("cloud_auto")) => 1..=2_048,
        (Profile::Current, Some("cloud_essd")) => essd_minimum(performance_level)?..=2_048,
        (Profile::Current, Some("cloud_efficiency" | "cloud_ssd" | "cloud_essd_entry")) => {
            20..=2_048
        }
        (_, Some(_)) => return None,
    };
    Some(range)
}

fn essd_minimum(performance_level: Option<&str>) -> Option<i64> {
    match performance_level {
        Some("PL0") => Some(1),
        None | Some("PL1") => Some(20),
        Some("PL2") => Some(461),
        Some("PL3") => Some(1_261),
        Some(_) => None,
    }
}
