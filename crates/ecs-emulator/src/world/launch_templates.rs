//! Decides about launch templates and their versions: making, listing, choosing and deleting them.
//! What a version holds is kept as it was given; `launch` decides what comes of it.

use ecs_api::ops::{
    Acknowledged, CreateLaunchTemplate, CreateLaunchTemplateResponse, CreateLaunchTemplateVersion,
    CreateLaunchTemplateVersionResponse, DeleteLaunchTemplate, DeleteLaunchTemplateVersion,
    DescribeLaunchTemplateVersions, DescribeLaunchTemplateVersionsResponse,
    DescribeLaunchTemplates, DescribeLaunchTemplatesResponse, ModifyLaunchTemplateDefaultVersion,
};
use ecs_api::types::{
    LaunchTemplate as DescribedTemplate, LaunchTemplateData,
    LaunchTemplateVersion as DescribedVersion,
};
use ecs_api::{ApiError, to_params};

use super::filters::{ecs_tags, has_tags, is};
use super::launch::template_data;
use super::{Context, LaunchTemplate, TemplateVersion, World};
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_100, cut, select};
use crate::refuse;

/// How many templates a region holds, and how many versions a template.
const PER_REGION: usize = 30;
const PER_TEMPLATE: usize = 30;
const NAME_LEN: std::ops::RangeInclusive<usize> = 2..=128;

/// Parameters of the template itself, which no instance gets.
const OWN: [&str; 5] = [
    "RegionId",
    "LaunchTemplateId",
    "LaunchTemplateName",
    "VersionDescription",
    "TemplateResourceGroupId",
];

fn no_template() -> ApiError {
    refuse::not_found(
        "InvalidLaunchTemplate.NotFound",
        "The specified LaunchTemplate does not exist.",
    )
}

fn no_version() -> ApiError {
    refuse::not_found(
        "InvalidLaunchTemplateVersion.NotFound",
        "The specified version of the LaunchTemplate does not exist.",
    )
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

fn contents(params: Vec<(String, String)>) -> Vec<(String, String)> {
    params
        .into_iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()) && !name.starts_with("TemplateTag."))
        .collect()
}

impl World {
    /// The template that a request names by id, or else by name.
    ///
    /// # Errors
    /// It names none, or one that is not there.
    fn template(
        &self,
        context: &Context,
        id: Option<&String>,
        name: Option<&String>,
    ) -> Result<&LaunchTemplate, ApiError> {
        let templates = &self.tables.launch_templates;
        let found = match (given(id), given(name)) {
            (Some(id), _) => templates.get(id).filter(|row| context.sees(&row.region)),
            (None, Some(name)) => templates
                .iter()
                .find(|row| row.name == name && context.sees(&row.region)),
            (None, None) => return Err(refuse::missing("LaunchTemplateId")),
        };
        found.ok_or_else(no_template)
    }

    fn template_mut(
        &mut self,
        context: &Context,
        id: Option<&String>,
        name: Option<&String>,
    ) -> Result<&mut LaunchTemplate, ApiError> {
        let id = self.template(context, id, name)?.id.clone();
        self.tables
            .launch_templates
            .get_mut(&id)
            .ok_or_else(no_template)
    }

    /// The version that is to be launched: the one named, else the default one.
    ///
    /// # Errors
    /// There is no such template or version.
    pub(super) fn template_version(
        &self,
        context: &Context,
        id: Option<&String>,
        name: Option<&String>,
        version: Option<&str>,
    ) -> Result<&TemplateVersion, ApiError> {
        let template = self.template(context, id, name)?;
        let number = match version.filter(|text| !text.is_empty()) {
            Some(text) => text.parse().map_err(|_| no_version())?,
            None => template.default_version,
        };
        template.version(number).ok_or_else(no_version)
    }
}

impl LaunchTemplate {
    fn version(&self, number: i64) -> Option<&TemplateVersion> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }
}

impl Serve<CreateLaunchTemplate> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateLaunchTemplate,
    ) -> Result<CreateLaunchTemplateResponse, ApiError> {
        let name = op.launch_template_name.clone();
        let well_formed = NAME_LEN.contains(&name.chars().count())
            && name.starts_with(char::is_alphabetic)
            && !name.starts_with("http://")
            && !name.starts_with("https://");
        if !well_formed {
            return Err(refuse::bad(
                "InvalidLaunchTemplateName.Malformed",
                "The specified parameter LaunchTemplateName is not valid.",
            ));
        }
        let mut here = 0;
        for template in self.tables.launch_templates.iter() {
            if template.region != context.region {
                continue;
            }
            here += 1;
            if template.name == name {
                return Err(refuse::forbidden(
                    "LaunchTemplateName.Duplicated",
                    format!("The specified LaunchTemplateName {name} already exists."),
                ));
            }
        }
        if here >= PER_REGION {
            return Err(refuse::forbidden(
                "LaunchTemplateLimitExceed",
                "The maximum number of templates is exceeded.",
            ));
        }
        let id = self.next_id("lt");
        let params = contents(to_params(&op));
        self.tables.launch_templates.insert(LaunchTemplate {
            id: id.clone(),
            region: context.region.clone(),
            name,
            created: context.now,
            modified: context.now,
            created_by: context.caller.clone(),
            default_version: 1,
            latest_version: 1,
            versions: vec![TemplateVersion {
                number: 1,
                description: op.version_description.unwrap_or_default(),
                created: context.now,
                created_by: context.caller.clone(),
                params,
            }],
            resource_group: op.template_resource_group_id.unwrap_or_default(),
            tags: op
                .template_tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        });
        Ok(CreateLaunchTemplateResponse {
            launch_template_id: id,
            launch_template_version_number: 1,
            ..CreateLaunchTemplateResponse::default()
        })
    }
}

impl Serve<CreateLaunchTemplateVersion> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateLaunchTemplateVersion,
    ) -> Result<CreateLaunchTemplateVersionResponse, ApiError> {
        let params = contents(to_params(&op));
        let template = self.template_mut(
            context,
            op.launch_template_id.as_ref(),
            op.launch_template_name.as_ref(),
        )?;
        if template.versions.len() >= PER_TEMPLATE {
            return Err(refuse::forbidden(
                "LaunchTemplateVersionLimitExceed",
                "The maximum number of the template's versions is exceeded.",
            ));
        }
        template.latest_version += 1;
        template.modified = context.now;
        template.versions.push(TemplateVersion {
            number: template.latest_version,
            description: op.version_description.unwrap_or_default(),
            created: context.now,
            created_by: context.caller.clone(),
            params,
        });
        Ok(CreateLaunchTemplateVersionResponse {
            launch_template_id: template.id.clone(),
            launch_template_version_number: template.latest_version,
            ..CreateLaunchTemplateVersionResponse::default()
        })
    }
}

impl Serve<DescribeLaunchTemplates> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeLaunchTemplates,
    ) -> Result<DescribeLaunchTemplatesResponse, ApiError> {
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_100);
        let (ids, names) = (&op.launch_template_ids, &op.launch_template_names);
        let keep = |template: &LaunchTemplate| {
            context.sees(&template.region)
                && (names.is_empty() || names.contains(&template.name))
                && is(
                    op.template_resource_group_id.as_ref(),
                    &template.resource_group,
                )
                && has_tags(&template.tags, &op.template_tags)
        };
        let ids = (!ids.is_empty()).then_some(ids.as_slice());
        let page = cut(select(&self.tables.launch_templates, ids, keep), paging);
        Ok(DescribeLaunchTemplatesResponse {
            launch_template_sets: page.rows.iter().map(|row| describe(row)).collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeLaunchTemplatesResponse::default()
        })
    }
}

fn describe(template: &LaunchTemplate) -> DescribedTemplate {
    DescribedTemplate {
        launch_template_id: template.id.clone(),
        launch_template_name: template.name.clone(),
        default_version_number: template.default_version,
        latest_version_number: template.latest_version,
        created_by: template.created_by.clone(),
        create_time: template.created.to_seconds_text(),
        modified_time: template.modified.to_seconds_text(),
        resource_group_id: template.resource_group.clone(),
        tags: ecs_tags(&template.tags),
    }
}

impl Serve<DescribeLaunchTemplateVersions> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeLaunchTemplateVersions,
    ) -> Result<DescribeLaunchTemplateVersionsResponse, ApiError> {
        let template = self.template(
            context,
            op.launch_template_id.as_ref(),
            op.launch_template_name.as_ref(),
        )?;
        let wanted = &op.launch_template_versions;
        if wanted
            .iter()
            .any(|&number| template.version(number).is_none())
        {
            return Err(no_version());
        }
        let rows: Vec<(u64, &TemplateVersion)> = template
            .versions
            .iter()
            .rev()
            .map(|version| (version.number.unsigned_abs(), version))
            .filter(|(_, version)| {
                (wanted.is_empty() || wanted.contains(&version.number))
                    && op
                        .default_version
                        .is_none_or(|flag| flag == (version.number == template.default_version))
                    && op.min_version.is_none_or(|least| version.number >= least)
                    && op.max_version.is_none_or(|most| version.number <= most)
            })
            .collect();
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_100);
        let page = cut(rows, paging);
        let detailed = op.detail_flag != Some(false);
        let mut versions = Vec::with_capacity(page.rows.len());
        for version in page.rows {
            versions.push(DescribedVersion {
                launch_template_id: template.id.clone(),
                launch_template_name: template.name.clone(),
                version_number: version.number,
                version_description: version.description.clone(),
                default_version: version.number == template.default_version,
                created_by: version.created_by.clone(),
                create_time: version.created.to_seconds_text(),
                modified_time: version.created.to_seconds_text(),
                launch_template_data: if detailed {
                    template_data(version)?
                } else {
                    LaunchTemplateData::default()
                },
            });
        }
        Ok(DescribeLaunchTemplateVersionsResponse {
            launch_template_version_sets: versions,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeLaunchTemplateVersionsResponse::default()
        })
    }
}

impl Serve<ModifyLaunchTemplateDefaultVersion> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyLaunchTemplateDefaultVersion,
    ) -> Result<Acknowledged, ApiError> {
        let template = self.template_mut(
            context,
            op.launch_template_id.as_ref(),
            op.launch_template_name.as_ref(),
        )?;
        if template.version(op.default_version_number).is_none() {
            return Err(no_version());
        }
        template.default_version = op.default_version_number;
        template.modified = context.now;
        Ok(Acknowledged::default())
    }
}

impl Serve<DeleteLaunchTemplate> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DeleteLaunchTemplate,
    ) -> Result<Acknowledged, ApiError> {
        let id = self
            .template(
                context,
                op.launch_template_id.as_ref(),
                op.launch_template_name.as_ref(),
            )?
            .id
            .clone();
        self.tables.launch_templates.remove(&id);
        Ok(Acknowledged::default())
    }
}

impl Serve<DeleteLaunchTemplateVersion> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DeleteLaunchTemplateVersion,
    ) -> Result<Acknowledged, ApiError> {
        if op.delete_versions.is_empty() {
            return Err(refuse::missing("DeleteVersion.1"));
        }
        let template = self.template_mut(
            context,
            op.launch_template_id.as_ref(),
            op.launch_template_name.as_ref(),
        )?;
        for &number in &op.delete_versions {
            if template.version(number).is_none() {
                return Err(no_version());
            }
            if number == template.default_version {
                return Err(refuse::bad(
                    "InvalidParameter",
                    "The default version of a LaunchTemplate cannot be deleted.",
                ));
            }
        }
        template
            .versions
            .retain(|version| !op.delete_versions.contains(&version.number));
        template.modified = context.now;
        Ok(Acknowledged::default())
    }
}
