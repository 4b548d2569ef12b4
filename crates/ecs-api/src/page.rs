//! Pages of long answers, both kinds: by number (`PageNumber`, `PageSize`) and by token
//! (`NextToken`, `MaxResults`). For clients: the next request after an answer. For servers: which
//! part of a list a request asks for. It does not say in which order a list is.

use std::ops::Range;

use crate::error::ParamError;
use crate::operation::Operation;
use crate::ops;
use crate::types;

/// An action whose answer comes in pages.
pub trait Paged: Operation + Clone + Sized {
    /// What the pages are made of.
    type Item;

    /// Asks for the largest pages from the start. The defaults of the service are small (10).
    fn set_largest_page(&mut self);

    /// The request for the page after this answer; `None` after the last.
    fn next_page(&self, response: &Self::Response) -> Option<Self>;

    /// The items of one page.
    fn into_items(response: Self::Response) -> Vec<Self::Item>;
}

macro_rules! by_number {
    ($($operation:ident: $items:ident, $item:ty, $max:literal;)*) => {$(
        impl Paged for ops::$operation {
            type Item = $item;

            fn set_largest_page(&mut self) {
                self.page_number = Some(1);
                self.page_size = Some($max);
            }

            fn next_page(&self, response: &Self::Response) -> Option<Self> {
                let number = self.page_number.unwrap_or(1).max(1);
                let size = self.page_size.unwrap_or(10).max(1);
                let more = number.checked_mul(size)? < response.total_count;
                (more && !response.$items.is_empty()).then(|| Self {
                    page_number: Some(number + 1),
                    page_size: Some(size),
                    ..self.clone()
                })
            }

            fn into_items(response: Self::Response) -> Vec<$item> {
                response.$items
            }
        }
    )*};
}

macro_rules! by_token {
    ($($operation:ident: $items:ident, $item:ty $(, $max:literal)?;)*) => {$(
        impl Paged for ops::$operation {
            type Item = $item;

            fn set_largest_page(&mut self) {
                $( self.max_results = Some($max); )?
                self.next_token = None;
            }

            fn next_page(&self, response: &Self::Response) -> Option<Self> {
                let token = &response.next_token;
                let fresh = !token.is_empty() && self.next_token.as_ref() != Some(token);
                fresh.then(|| Self { next_token: Some(token.clone()), ..self.clone() })
            }

            fn into_items(response: Self::Response) -> Vec<$item> {
                response.$items
            }
        }
    )*};
}

by_token! {
    DescribeInstances: instances, types::Instance, 100;
    DescribeDisks: disks, types::Disk, 500;
    DescribeSnapshots: snapshots, types::Snapshot, 100;
    DescribeNetworkInterfaces: network_interface_sets, types::NetworkInterface, 500;
    DescribeInstanceTypes: instance_types, types::InstanceType, 1600;
    DescribeSecurityGroups: security_groups, types::SecurityGroup, 100;
    DescribeSecurityGroupAttribute: permissions, types::Permission, 1000;
    ListTagResources: tag_resources, types::TagResource;
    VpcListTagResources: tag_resources, types::TagResource, 50;
}

by_number! {
    DescribeInstanceStatus: instance_statuses, types::InstanceStatus, 50;
    DescribeInstanceRamRole: instance_ram_role_sets, types::InstanceRamRole, 50;
    DescribeInstanceMaintenanceAttributes: maintenance_attributes, types::MaintenanceAttribute, 100;
    DescribeImages: images, types::Image, 100;
    DescribeTags: tags, types::CountedTag, 100;
    DescribeKeyPairs: key_pairs, ops::KeyPair, 50;
    DescribeLaunchTemplates: launch_template_sets, types::LaunchTemplate, 50;
    DescribeLaunchTemplateVersions: launch_template_version_sets, types::LaunchTemplateVersion, 50;
    DescribeEipAddresses: eip_addresses, types::Eip, 50;
    DescribeVpcs: vpcs, types::Vpc, 50;
    DescribeVSwitches: vswitches, types::VSwitch, 50;
    DescribeRouteTableList: router_table_list, types::RouteTable, 50;
}

/// A page by number, on the server's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedPage {
    /// The page number that counts, from 1.
    pub number: i64,
    /// The page size that counts.
    pub size: i64,
    /// Which items of the list; empty past its end.
    pub range: Range<usize>,
}

/// Which items a numbered page holds. Absent values are page 1 and `default_size`.
///
/// # Errors
/// A number below 1, or a size below 1 or above `max_size`.
pub fn numbered_page(
    number: Option<i64>,
    size: Option<i64>,
    default_size: i64,
    max_size: i64,
    total: usize,
) -> Result<NumberedPage, ParamError> {
    let number = number.unwrap_or(1);
    let size = size.unwrap_or(default_size);
    if number < 1 {
        return Err(refused("PageNumber", "It must be 1 or more.".to_owned()));
    }
    if !(1..=max_size).contains(&size) {
        return Err(refused("PageSize", format!("It must be 1 to {max_size}.")));
    }
    let start = usize::try_from((number - 1).saturating_mul(size))
        .unwrap_or(usize::MAX)
        .min(total);
    let end = start
        .saturating_add(usize::try_from(size).unwrap_or(usize::MAX))
        .min(total);
    Ok(NumberedPage {
        number,
        size,
        range: start..end,
    })
}

/// A page by token, on the server's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPage {
    /// Which items of the list.
    pub range: Range<usize>,
    /// The token of the page after it; empty after the last.
    pub next_token: String,
}

/// Which items a page by token holds. Less than `min` results count as `min`, more than `max` as
/// `max`, none given as `default`. Tokens are places in the list, in a form that invites no guess.
///
/// # Errors
/// A token that was not made here.
pub fn token_page(
    next_token: Option<&str>,
    max_results: Option<i64>,
    default: i64,
    min: i64,
    max: i64,
    total: usize,
) -> Result<TokenPage, ParamError> {
    let start = match next_token {
        None | Some("") => 0,
        Some(token) => token
            .strip_prefix("caeba0")
            .filter(|rest| rest.len() == 16)
            .and_then(|rest| u64::from_str_radix(rest, 16).ok())
            .and_then(|place| usize::try_from(place ^ TOKEN_MASK).ok())
            .ok_or_else(|| refused("NextToken", "It is not a token of this service.".to_owned()))?,
    }
    .min(total);
    let size = max_results.unwrap_or(default).clamp(min, max);
    let end = start
        .saturating_add(usize::try_from(size).unwrap_or(0))
        .min(total);
    let next_token = if end < total {
        format!("caeba0{:016x}", end as u64 ^ TOKEN_MASK)
    } else {
        String::new()
    };
    Ok(TokenPage {
        range: start..end,
        next_token,
    })
}

const TOKEN_MASK: u64 = 0x5bd1_e995_9e37_79b9;

fn refused(parameter: &str, message: String) -> ParamError {
    ParamError {
        parameter: parameter.to_owned(),
        rule: "page",
        code: "InvalidParameter",
        http: 400,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{DescribeInstances, DescribeInstancesResponse, DescribeVpcs};

    #[test]
    fn a_server_and_a_client_walk_through_all_pages_by_token() {
        let all: Vec<usize> = (0..250).collect();
        let mut request = DescribeInstances::default();
        request.set_largest_page();
        let mut seen = Vec::new();
        let mut n_pages = 0;
        loop {
            let page = token_page(
                request.next_token.as_deref(),
                request.max_results,
                10,
                10,
                100,
                all.len(),
            )
            .unwrap();
            seen.extend_from_slice(&all[page.range.clone()]);
            n_pages += 1;
            let response = DescribeInstancesResponse {
                next_token: page.next_token,
                ..Default::default()
            };
            match request.next_page(&response) {
                Some(next) => request = next,
                None => break,
            }
        }
        assert_eq!((seen, n_pages), (all, 3));
    }

    #[test]
    fn a_client_walks_by_number_and_stops() {
        let mut request = DescribeVpcs::default();
        request.set_largest_page();
        let mut response = ops::DescribeVpcsResponse {
            total_count: 101,
            ..Default::default()
        };
        assert!(
            request.next_page(&response).is_none(),
            "an empty page ends it"
        );
        response.vpcs.push(types::Vpc::default());
        let second = request.next_page(&response).unwrap();
        assert_eq!(second.page_number, Some(2));
        let third = second.next_page(&response).unwrap();
        assert!(third.next_page(&response).is_none());
    }

    #[test]
    fn the_same_token_again_ends_it() {
        let request = DescribeInstances {
            next_token: Some("t".to_owned()),
            ..Default::default()
        };
        let response = DescribeInstancesResponse {
            next_token: "t".to_owned(),
            ..Default::default()
        };
        assert!(request.next_page(&response).is_none());
    }

    #[test]
    fn numbered_pages_at_their_bounds() {
        let range = |number, size| numbered_page(number, size, 10, 50, 25).map(|page| page.range);
        assert_eq!(range(None, None), Ok(0..10));
        assert_eq!(range(Some(3), None), Ok(20..25));
        assert_eq!(range(Some(4), None), Ok(25..25));
        assert_eq!(range(Some(1), Some(50)), Ok(0..25));
        assert_eq!(range(Some(i64::MAX), Some(50)), Ok(25..25));
        assert_eq!(range(Some(0), None).unwrap_err().parameter, "PageNumber");
        assert_eq!(range(None, Some(51)).unwrap_err().parameter, "PageSize");
        assert_eq!(range(None, Some(0)).unwrap_err().parameter, "PageSize");
    }

    #[test]
    fn token_pages_at_their_bounds() {
        let size = |max_results| {
            token_page(None, max_results, 10, 10, 100, 1_000).map(|page| page.range.end)
        };
        assert_eq!(size(None), Ok(10));
        assert_eq!(size(Some(1)), Ok(10));
        assert_eq!(size(Some(100)), Ok(100));
        assert_eq!(size(Some(101)), Ok(100));
        assert_eq!(size(Some(-5)), Ok(10));
        for token in [
            "x",
            "caeba0",
            "caeba0zzzzzzzzzzzzzzzz",
            "caeba00000000000000000f",
        ] {
            assert!(
                token_page(Some(token), None, 10, 10, 100, 5).is_err(),
                "{token}"
            );
        }
        assert_eq!(
            token_page(Some(""), None, 10, 10, 100, 5).unwrap().range,
            0..5
        );
    }
}
