//! Writes down how hosts were treated.

use crate::{domain::day_of, home::Doors, store::StoreError};

/// Everything since the last time. What a crash loses is one group of requests.
pub(super) async fn write_down(doors: &Doors) -> Result<(), StoreError> {
    let day = day_of(doors.clock.now());
    doors.store.add_politeness(day, doors.fetcher.take_tallies()).await
}
