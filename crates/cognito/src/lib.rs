//! A client for Amazon Cognito user pools.
