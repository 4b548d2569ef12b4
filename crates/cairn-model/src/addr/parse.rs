//! Decides how the text form of an address (command line, state) is read.

use std::str::FromStr;

use cairn_value::{Name, name};

use super::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, InstanceKey, Module, ModuleInstance,
    ModuleStep, ProviderAddr, Resource, ResourceMode,
};

/// The text is no address; says what was expected and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddrParseError {
    /// What is wrong, a full sentence.
    pub message: String,
    /// The byte offset at which it is noticed.
    pub offset: usize,
}

impl std::fmt::Display for AddrParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at character {})", self.message, self.offset + 1)
    }
}
impl std::error::Error for AddrParseError {}

/// What an address on the command line can name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Everything in a module instance and below.
    Module(ModuleInstance),
    /// All instances of a resource (the address had no key).
    Resource(AbsResource),
    /// One instance.
    Instance(AbsResourceInstance),
}

impl Target {
    /// Whether it covers the instance.
    pub fn covers(&self, instance: &AbsResourceInstance) -> bool {
        match self {
            Self::Module(m) => instance.resource.module.is_within(m),
            Self::Resource(r) => *r == instance.resource,
            Self::Instance(i) => i == instance,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Module(m) => m.fmt(f),
            Self::Resource(r) => r.fmt(f),
            Self::Instance(i) => i.fmt(f),
        }
    }
}

impl FromStr for Target {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        let mut p = Parser { text, at: 0 };
        let module = p.modules()?;
        if p.rest().is_empty() && !module.is_root() {
            return Ok(Self::Module(module));
        }
        let resource = p.resource()?.in_module(module);
        let key = p.key()?;
        p.end()?;
        Ok(match key {
            InstanceKey::None => Self::Resource(resource),
            key => Self::Instance(resource.instance(key)),
        })
    }
}

impl FromStr for AbsResourceInstance {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text.parse::<Target>()? {
            Target::Resource(r) => Ok(r.instance(InstanceKey::None)),
            Target::Instance(i) => Ok(i),
            Target::Module(_) => Err(AddrParseError {
                message: "This names a module; the address of a resource instance is needed."
                    .to_owned(),
                offset: text.len(),
            }),
        }
    }
}

impl FromStr for ModuleInstance {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        let mut p = Parser { text, at: 0 };
        let module = p.modules()?;
        p.end()?;
        Ok(module)
    }
}

impl FromStr for AbsProviderConfig {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        let mut p = Parser { text, at: 0 };
        let module = p.modules()?;
        let wrong = |at| AddrParseError {
            message: "A provider configuration is written provider[\"host/namespace/type\"]."
                .to_owned(),
            offset: at,
        };
        if p.ident()?.as_ref() != "provider" {
            return Err(wrong(p.at));
        }
        let InstanceKey::Key(source) = p.key()? else {
            return Err(wrong(p.at));
        };
        let provider = ProviderAddr::parse(&source).ok_or_else(|| wrong(p.at))?;
        let alias = if p.eat(".") { Some(p.ident()?) } else { None };
        let key = match alias {
            Some(_) => p.key()?,
            None => InstanceKey::None,
        };
        p.end()?;
        let module: Module = module.module();
        Ok(Self {
            module,
            provider,
            alias,
            key,
        })
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, AddrParseError> {
        Err(AddrParseError {
            message: message.into(),
            offset: self.at,
        })
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn end(&self) -> Result<(), AddrParseError> {
        if self.rest().is_empty() {
            Ok(())
        } else {
            self.fail("There is something behind the end of the address.")
        }
    }

    fn ident(&mut self) -> Result<Name, AddrParseError> {
        let rest = self.rest();
        let len = rest
            .char_indices()
            .find(|(i, c)| !(c.is_alphanumeric() || *c == '_' || (*i > 0 && *c == '-')))
            .map_or(rest.len(), |(i, _)| i);
        if len == 0 || rest.starts_with(|c: char| c.is_numeric()) {
            return self.fail("A name is expected here.");
        }
        self.at += len;
        Ok(name(&rest[..len]))
    }

    fn modules(&mut self) -> Result<ModuleInstance, AddrParseError> {
        let mut steps = Vec::new();
        while self.eat("module.") {
            let name = self.ident()?;
            let key = self.key()?;
            steps.push(ModuleStep { name, key });
            if !self.eat(".") {
                break;
            }
        }
        Ok(ModuleInstance::new(steps))
    }

    fn resource(&mut self) -> Result<Resource, AddrParseError> {
        let mode = if self.eat("data.") {
            ResourceMode::Data
        } else if self.eat("ephemeral.") {
            ResourceMode::Ephemeral
        } else {
            ResourceMode::Managed
        };
        let ty = self.ident()?;
        if !self.eat(".") {
            return self.fail("A resource is addressed by its type and its name: TYPE.NAME.");
        }
        Ok(Resource {
            mode,
            ty,
            name: self.ident()?,
        })
    }

    fn key(&mut self) -> Result<InstanceKey, AddrParseError> {
        if !self.eat("[") {
            return Ok(InstanceKey::None);
        }
        let key = if self.eat("\"") {
            InstanceKey::Key(self.quoted()?.into())
        } else {
            let rest = self.rest();
            let len = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let Ok(index) = rest[..len].parse() else {
                return self.fail("A key is a whole number or a quoted string. (Shells take quotes off: write 'a[\"k\"]'.)");
            };
            self.at += len;
            InstanceKey::Index(index)
        };
        if self.eat("]") {
            Ok(key)
        } else {
            self.fail("A closing bracket is missing.")
        }
    }

    fn quoted(&mut self) -> Result<String, AddrParseError> {
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return self.fail("The closing quote is missing.");
            };
            if c == '"' {
                self.at += 1;
                return Ok(out);
            }
            if rest.starts_with("$${") || rest.starts_with("%%{") {
                out.push(c);
                out.push('{');
                self.at += 3;
                continue;
            }
            self.at += c.len_utf8();
            if c != '\\' {
                out.push(c);
                continue;
            }
            let Some(escaped) = self.rest().chars().next() else {
                return self.fail("The closing quote is missing.");
            };
            self.at += escaped.len_utf8();
            match escaped {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                '"' | '\\' => out.push(escaped),
                'u' | 'U' => {
                    let len = if escaped == 'u' { 4 } else { 8 };
                    let hex = self
                        .rest()
                        .get(..len)
                        .and_then(|h| u32::from_str_radix(h, 16).ok());
                    let Some(c) = hex.and_then(char::from_u32) else {
                        return self.fail("The escape names no character.");
                    };
                    out.push(c);
                    self.at += len;
                }
                _ => return self.fail("There is no such escape sequence."),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_read_back() {
        for text in [
            "alicloud_instance.web",
            "alicloud_instance.web[3]",
            "module.a[0].module.b[\"x y\"].data.alicloud_zones.z",
            "module.m.terraform_data.d[\"q\\\"$${n}\\\\\"]",
            "module.m[\"k\"]",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        let provider = "module.a.provider[\"registry.terraform.io/aliyun/alicloud\"]";
        for end in ["", ".east", ".by_region[\"cn hangzhou\"]", ".by[0]"] {
            let text = format!("{provider}{end}");
            assert_eq!(text.parse::<AbsProviderConfig>().unwrap().to_string(), text);
        }
        // Only a configuration with an alias can have instances.
        let keyed = format!("{provider}[\"a\"]");
        assert!(keyed.parse::<AbsProviderConfig>().is_err());
    }

    #[test]
    fn mistakes_say_what_is_expected() {
        for (text, offset) in [
            ("alicloud_instance", 17),
            ("a.b[", 4),
            ("a.b[\"x", 6),
            ("a.b[1]x", 6),
            ("", 0),
            ("module.", 7),
        ] {
            assert_eq!(text.parse::<Target>().unwrap_err().offset, offset, "{text}");
        }
    }
}
