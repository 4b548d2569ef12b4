//! Prices, in the currency that they name.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;

wire! {
    PriceInfo {
        price: Price,
        related_price: RelatedPrice,
        #[serde(with = "listed::rule")]
        rules: Vec<PriceRule>,
    }

    Price {
        currency: String,
        original_price: f64,
        discount_price: f64,
        trade_price: f64,
        reserved_instance_hour_price: f64,
        #[serde(with = "listed::detail_info")]
        detail_infos: Vec<PriceDetail>,
    }

    PriceDetail {
        resource: String,
        original_price: f64,
        discount_price: f64,
        trade_price: f64,
        #[serde(with = "listed::rule")]
        sub_rules: Vec<PriceRule>,
    }

    PriceRule {
        rule_id: i64,
        description: String,
    }

    RelatedPrice {
        marketplace_image_price: MarketplaceImagePrice,
    }

    MarketplaceImagePrice {
        currency: String,
        original_price: f64,
        discount_price: f64,
        trade_price: f64,
    }
}
