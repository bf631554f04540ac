//! Style sheet, scripts and icons, embedded in the program. Their URLs contain a
//! digest, so that browsers can cache them without revalidation.

use std::sync::LazyLock;

macro_rules! assets {
    ($($name:literal: $kind:literal,)*) => {
        &[$(($name, $kind, include_bytes!(concat!("../assets/", $name)).as_slice()),)*]
    };
}

/// Name, media type and bytes of each asset.
const ASSETS: &[(&str, &str, &[u8])] = assets! {
    "style.css": "text/css; charset=utf-8",
    "room.js": "text/javascript; charset=utf-8",
    "suggest.js": "text/javascript; charset=utf-8",
    "more.js": "text/javascript; charset=utf-8",
    "parts.js": "text/javascript; charset=utf-8",
    "stay.js": "text/javascript; charset=utf-8",
    "home.js": "text/javascript; charset=utf-8",
    "hits.js": "text/javascript; charset=utf-8",
    "facet.js": "text/javascript; charset=utf-8",
    "card.js": "text/javascript; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "select.js": "text/javascript; charset=utf-8",
    "copy.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
    "chart.js": "text/javascript; charset=utf-8",
    "brush.js": "text/javascript; charset=utf-8",
    "pan.js": "text/javascript; charset=utf-8",
    "vendor/d3-color-3.1.1/d3-color.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-dispatch-3.0.2/d3-dispatch.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-drag-3.0.1/d3-drag.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-ease-3.0.2/d3-ease.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-interpolate-3.0.2/d3-interpolate.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-selection-3.0.1/d3-selection.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-timer-3.0.2/d3-timer.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-transition-3.0.2/d3-transition.min.js": "text/javascript; charset=utf-8",
    "vendor/d3-zoom-3.0.1/d3-zoom.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
};

/// The digest of all assets, so that modules can import each other by relative
/// paths.
pub static ASSETS_DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for (_, _, bytes) in ASSETS {
        hasher.update(bytes);
    }
    hasher.finalize().to_hex()[..16].to_owned()
});

/// Returns the URL of an asset.
pub fn asset_url(name: &str) -> String {
    format!("/assets/{}/{name}", *ASSETS_DIGEST)
}

/// Returns the media type and the bytes of an asset.
pub fn find_asset(name: &str) -> Option<(&'static str, &'static [u8])> {
    let asset = ASSETS.iter().find(|(asset_name, ..)| *asset_name == name);
    asset.map(|&(_, kind, bytes)| (kind, bytes))
}
