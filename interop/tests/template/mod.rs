//! CloudFormation's templates, read as it reads them.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

/// A template as JSON, in which `!Ref x` is `{"Ref": "x"}` and `!If […]` is `{"Fn::If": […]}`.
pub fn parse(template: &str) -> Value {
    as_json(&serde_yaml_ng::from_str(template).expect("YAML"))
}

fn as_json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Sequence(list) => list.iter().map(as_json).collect(),
        Yaml::Mapping(map) => {
            let pairs = map.iter().map(|(name, value)| {
                let name = name.as_str().expect("a name");
                (name.to_owned(), as_json(value))
            });
            Value::Object(pairs.collect())
        }
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let inner = as_json(&tagged.value);
            match name.trim_start_matches('!') {
                "Ref" => json!({ "Ref": inner }),
                name => Map::from_iter([(format!("Fn::{name}"), inner)]).into(),
            }
        }
        plain => serde_json::to_value(plain).expect("a plain value"),
    }
}
