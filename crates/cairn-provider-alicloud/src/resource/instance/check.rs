//! Decides what is looked up while planning: whether instance types and images exist in the cloud, ten types and one image to a
//! request, each once however many instances use it; and whether the clock allows a release time.

use std::collections::{BTreeMap, BTreeSet};

use cairn_provider::{CheckRequest, Problem};
use ecs_api::ops;
use ecs_api::rules::Profile;

use crate::client::{Client, ClientError, now};
use crate::describe::{Fields, attr_path};

pub(super) async fn check(client: &Client, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
    let types: BTreeSet<String> = requests
        .iter()
        .filter_map(|r| wanted(r, "instance_type"))
        .collect();
    let images: BTreeSet<String> = requests
        .iter()
        .filter_map(|r| wanted(r, "image_id"))
        .collect();
    let known_types = known_types(client, types).await;
    let known_images = known_images(client, images).await;
    requests
        .iter()
        .map(|request| {
            let mut problems = Vec::new();
            if let Some(time) = wanted(request, "auto_release_time") {
                problems.extend(release_time(&time, client.rules()));
            }
            if let Some(ty) = wanted(request, "instance_type") {
                match known_types.get(&ty) {
                    Some(Ok(false)) => problems.push(
                        Problem::error(
                            "unknown-instance-type",
                            "Unknown instance type",
                            format!(
                                "There is no instance type {ty:?} in the region {}. The data source alicloud_instance_types lists \
                                 those that there are.",
                                client.region()
                            ),
                        )
                        .at(attr_path("instance_type")),
                    ),
                    Some(Err(error)) => problems.push(not_checked(error, "instance_type")),
                    _ => {}
                }
            }
            if let Some(image) = wanted(request, "image_id") {
                match known_images.get(&image) {
                    Some(Ok(false)) => problems.push(
                        Problem::error(
                            "unknown-image",
                            "Unknown image",
                            format!(
                                "There is no image {image:?} in the region {} that this account can use. The data source \
                                 alicloud_images finds the ids of public images, which change from time to time.",
                                client.region()
                            ),
                        )
                        .at(attr_path("image_id")),
                    ),
                    Some(Err(error)) => problems.push(not_checked(error, "image_id")),
                    _ => {}
                }
            }
            problems
        })
        .collect()
}

/// Whether a release time lies outside of its window, which begins and ends at so long from now.
fn release_time(time: &str, rules: Profile) -> Option<Problem> {
    let request = ops::RunInstances {
        auto_release_time: Some(time.to_owned()),
        ..ops::RunInstances::default()
    };
    let broken = request.validate_all(rules, Some(now()));
    let error = broken
        .into_iter()
        .find(|e| e.rule == "auto-release-time-window")?;
    let detail = format!("auto_release_time: {} It is {time}.", error.message);
    let problem = Problem::error("invalid-value", "Invalid value for an argument", detail);
    Some(problem.at(attr_path("auto_release_time")))
}

/// A known value that is new to the object.
pub(super) fn wanted(request: &CheckRequest, attribute: &str) -> Option<String> {
    let planned = Fields::of_value(&request.planned)?.string(attribute)?;
    let recorded = request
        .prior
        .as_ref()
        .and_then(|p| Fields::of_value(p.value.value()))
        .and_then(|f| f.string(attribute));
    (recorded.as_ref() != Some(&planned)).then_some(planned)
}

type Known = BTreeMap<String, Result<bool, ClientError>>;

async fn known_types(client: &Client, types: BTreeSet<String>) -> Known {
    let types: Vec<String> = types.into_iter().collect();
    let chunks: Vec<Vec<String>> = types.chunks(10).map(<[String]>::to_vec).collect();
    let answers = client
        .fan_out(chunks, |client, chunk| async move {
            let answer = client
                .send(&ops::DescribeInstanceTypes {
                    instance_types: chunk.clone(),
                    ..ops::DescribeInstanceTypes::default()
                })
                .await;
            (chunk, answer)
        })
        .await;
    let mut known = Known::new();
    for (chunk, answer) in answers {
        for ty in chunk {
            let found = match &answer {
                Ok(answer) => Ok(answer
                    .instance_types
                    .iter()
                    .any(|t| t.instance_type_id == ty)),
                // One unknown type can fail the request for all: those of a chunk of one are the culprits.
                Err(error) if error.is_not_found() => Ok(false),
                Err(error) => Err(error.clone()),
            };
            known.insert(ty, found);
        }
    }
    known
}

async fn known_images(client: &Client, images: BTreeSet<String>) -> Known {
    let answers = client
        .fan_out(
            images.into_iter().collect(),
            |client, image: String| async move {
                let answer = client
                    .send(&ops::DescribeImages {
                        region_id: client.region(),
                        image_id: Some(image.clone()),
                        ..ops::DescribeImages::default()
                    })
                    .await;
                let found = match answer {
                    Ok(answer) => Ok(answer.images.iter().any(|i| i.image_id == image)),
                    Err(error) if error.is_not_found() => Ok(false),
                    Err(error) => Err(error),
                };
                (image, found)
            },
        )
        .await;
    answers.into_iter().collect()
}

pub(super) fn not_checked(error: &ClientError, attribute: &str) -> Problem {
    let mut problem = error.problem(|_| None);
    problem.severity = cairn_diag::Severity::Warning;
    problem.detail = format!(
        "Whether the value of {attribute} exists could not be looked up, so it is taken as it is. {}",
        problem.detail
    );
    problem.at(attr_path(attribute))
}
