// Libraries in crates/pages/assets/vendor that scripts find on `globalThis`.
declare var graphology: any;
declare var Sigma: any;
declare var d3: any;
