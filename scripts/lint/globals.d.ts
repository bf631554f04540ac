// Libraries in crates/pages/assets/vendor that scripts find on `globalThis`.
declare var d3: any;
