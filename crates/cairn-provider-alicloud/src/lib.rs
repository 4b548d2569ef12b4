//! Resource types of Alibaba Cloud: schema, plan, grouping, read, apply, and the HTTP client.
