//! Decides which arguments and blocks the provider's configuration block has.

use cairn_model::BlockSchema;

use crate::describe::{Attr, Block, Check, Fallback, Ty, block_schema};

const ENDPOINTS: &str = "acr actiontrail adb aiworkspace alb alidfs alidns alikafka amqp antiddos_public apig apigateway arms \
    bastionhost beebot bpstudio brain_industrial bssopenapi cas cassandra cbn cbs cddc cdn cds chatbot clickhouse cloudapi \
    cloudauth cloudfirewall cloudfw cloudphone cloudsso cms computenest config cr cs das datahub dataworks_public \
    dataworkspublic dbfs dbs dcdn ddosbasic ddosbgp ddoscoo dds devops_rdc devopsrdc dfs dg dm dms_enterprise dmsenterprise \
    dns drds dts dysms dysmsapi eais ebs ecd eci ecs edas edasschedulerx eds_user edsuser eflo eflo_cnp eflo_controller ehpc \
    ehs eipanycast elasticsearch emr ens esa ess eventbridge fc fc_open fnf ga gaplus gdb gds gpdb gwlb gwsecd hbr hcs_sgw \
    hitsdb imm imp ims iot kms kvstore location log market maxcompute mhub mns mns_open mscopensubscription mse nas nlb \
    oceanbase oceanbasepro ons onsproxy oos opensearch oss ots polardb polardbx privatelink pvtz quickbi quickbi_public \
    quotas r_kvstore ram rds redisa resourcemanager resourcesharing ressharing rocketmq ros sae sas scdn schedulerx2 sddp \
    selectdb serverless servicecatalog servicemesh sgw slb smartag srvcatalog sts swas swas_open tag vod vpc vpcipam vpcpeer \
    vs waf waf_openapi";

/// The arguments.
pub(super) fn attrs() -> Vec<Attr> {
    use Ty::{Bool, Int, Str};
    vec![
        Attr::optional(
            "access_key",
            Str,
            "The access key id. Also ALICLOUD_ACCESS_KEY or ALIBABA_CLOUD_ACCESS_KEY_ID.",
        ),
        Attr::optional("account_id", Str, "The account's id."),
        Attr::optional(
            "account_type",
            Str,
            "The account's site: Domestic or International.",
        ),
        Attr::optional(
            "client_connect_timeout",
            Int,
            "Milliseconds to wait for a connection.",
        ),
        Attr::optional(
            "client_read_timeout",
            Int,
            "Milliseconds to wait for an answer.",
        ),
        Attr::optional("configuration_source", Str, "A mark for the user agent.")
            .check(Check::Len(0, 1024)),
        Attr::optional(
            "credentials_uri",
            Str,
            "A local address that gives credentials. Also ALIBABA_CLOUD_CREDENTIALS_URI.",
        ),
        Attr::optional(
            "ecs_role_name",
            Str,
            "The RAM role of the instance that this runs on. Also ALICLOUD_ECS_ROLE_NAME.",
        ),
        Attr::optional("fc", Str, "An endpoint.").deprecated("Use the endpoints block instead."),
        Attr::optional("log_endpoint", Str, "An endpoint.")
            .deprecated("Use the endpoints block instead."),
        Attr::optional(
            "max_retry_timeout",
            Int,
            "Seconds for which a failing request is repeated.",
        ),
        Attr::optional("mns_endpoint", Str, "An endpoint.")
            .deprecated("Use the endpoints block instead."),
        Attr::optional("ots_instance_name", Str, "An instance name.")
            .deprecated("It has no use any more."),
        Attr::optional(
            "profile",
            Str,
            "The profile to take credentials from. Also ALICLOUD_PROFILE or ALIBABA_CLOUD_PROFILE.",
        ),
        Attr::optional("protocol", Str, "HTTPS, or HTTP to this machine only.")
            .fallback(Fallback::Str("HTTPS"))
            .one_of(&["HTTP", "HTTPS"]),
        Attr::optional(
            "region",
            Str,
            "The region. Also ALICLOUD_REGION or ALIBABA_CLOUD_REGION.",
        ),
        Attr::optional(
            "secret_key",
            Str,
            "The secret of the access key. Also ALICLOUD_SECRET_KEY or ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
        ),
        Attr::optional(
            "secure_transport",
            Str,
            "Taken for the sake of old configurations.",
        ),
        Attr::optional(
            "security_token",
            Str,
            "The token of temporary credentials. Also ALICLOUD_SECURITY_TOKEN.",
        ),
        Attr::optional(
            "security_transport",
            Str,
            "Taken for the sake of old configurations.",
        ),
        Attr::optional(
            "shared_credentials_file",
            Str,
            "The file with profiles; ~/.aliyun/config.json if left out.",
        ),
        Attr::optional(
            "skip_region_validation",
            Bool,
            "Taken for the sake of old configurations: regions are not checked.",
        ),
        Attr::optional(
            "source_ip",
            Str,
            "Taken for the sake of old configurations.",
        ),
    ]
}

fn blocks() -> Vec<Block> {
    use Ty::{Bool, Int, Str};
    vec![
        Block::set(
            "assume_role",
            0,
            1,
            vec![
                Attr::optional("external_id", Str, "The external id."),
                Attr::optional("policy", Str, "A policy that narrows the role."),
                Attr::required("role_arn", Str, "The role."),
                Attr::optional("session_expiration", Int, "Seconds, 900 to 43200."),
                Attr::optional("session_name", Str, "The session's name."),
            ],
        ),
        Block::list(
            "assume_role_with_oidc",
            0,
            1,
            vec![
                Attr::required("oidc_provider_arn", Str, "The identity provider."),
                Attr::optional("oidc_token", Str, "The token."),
                Attr::optional("oidc_token_file", Str, "The file with the token."),
                Attr::optional("policy", Str, "A policy that narrows the role."),
                Attr::required("role_arn", Str, "The role."),
                Attr::optional("role_session_name", Str, "The session's name."),
                Attr::optional("session_expiration", Int, "Seconds."),
            ],
        ),
        Block::set(
            "endpoints",
            0,
            0,
            ENDPOINTS
                .split_ascii_whitespace()
                .map(|n| Attr::optional(n, Str, "Host and port, or a URL."))
                .collect(),
        ),
        Block::list("features", 0, 1, Vec::new()).with_blocks(vec![Block::list(
            "ecs_instance",
            0,
            1,
            vec![
                Attr::optional(
                    "replace_on_image_update",
                    Bool,
                    "An instance is replaced when its image changes.",
                )
                .fallback(Fallback::Bool(false)),
            ],
        )]),
        Block::set(
            "sign_version",
            0,
            1,
            vec![
                Attr::optional("oss", Str, "The version for OSS."),
                Attr::optional("sls", Str, "The version for SLS."),
            ],
        ),
    ]
}

/// The schema of the provider's block.
pub(crate) fn schema() -> BlockSchema {
    block_schema(&attrs(), &blocks())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_knows_every_endpoint() {
        assert_eq!(ENDPOINTS.split_ascii_whitespace().count(), 160);
        let schema = schema();
        assert_eq!(schema.blocks["endpoints"].block.attributes.len(), 160);
    }
}
