//! `chancery train`: the engine's model out of marked texts.
