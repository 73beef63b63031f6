//! What the rules of this check say on workflows as projects write them.
