//! Compiles the knowledge base: reads the files under `src/knowledge`, checks them and writes one
//! compact block that the program carries. A mistake in a file stops the build and is named.

use files::{CompanyLine, VendorFile};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

#[path = "src/class.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the program, which uses all of it")]
mod class;
#[path = "src/knowledge/compile/mod.rs"]
mod compile;
#[path = "src/knowledge/files.rs"]
mod files;
#[path = "src/knowledge/schema.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the program, which uses all of it")]
mod schema;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let folder = Path::new("src/knowledge");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/class.rs");
    println!("cargo::rerun-if-changed=src/knowledge");
    let files = compile::Files {
        own: BTreeMap::new(),
        vendors: vendors(&folder.join("vendors"))?,
        owners: toml_file(&folder.join("owners.toml"))?,
        companies: [companies(&folder.join("companies.csv"))?, companies(&folder.join("more_companies.csv"))?].concat(),
        portfolios: toml_file(&folder.join("portfolios.toml"))?,
        events: toml_file(&folder.join("events.toml"))?,
        hash_rules: toml_file(&folder.join("hash_rules.toml"))?,
        signatures: toml_file(&folder.join("signatures.toml"))?,
        cookies: toml_file(&folder.join("cookies.toml"))?,
    };
    let shelf = compile::compile(&files)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(out.join("knowledge.postcard"), postcard::to_stdvec(&shelf)?)?;
    // The files themselves, for runs to which users add their own.
    std::fs::write(out.join("files.postcard"), postcard::to_stdvec(&files)?)?;
    Ok(())
}

fn vendors(folder: &Path) -> Result<BTreeMap<String, VendorFile>> {
    let mut vendors = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let slug = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file name is not UTF-8")?;
        if path.extension().is_some_and(|extension| extension == "toml") {
            vendors.insert(slug.to_owned(), toml_file(&path)?);
        }
    }
    Ok(vendors)
}

fn toml_file<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn companies(path: &Path) -> Result<Vec<CompanyLine>> {
    let lines: std::result::Result<Vec<_>, _> = csv::Reader::from_path(path)?.into_deserialize().collect();
    Ok(lines.map_err(|error| format!("{}: {error}", path.display()))?)
}
