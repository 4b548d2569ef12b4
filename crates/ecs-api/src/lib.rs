//! Request and response types of the ECS, VPC and STS APIs, their flat encoding, parameter rules and signing; no IO.
