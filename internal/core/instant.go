package core

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Instant is a moment in UTC, to the microsecond. The zero Instant means "not
// known" and is stored as NULL. It stands in the database as a whole number of
// microseconds since 1970, alike in SQLite and PostgreSQL (docs/adr/0004).
type Instant struct{ t time.Time }

// At makes an Instant of a time in any zone.
func At(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{t.UTC().Truncate(time.Microsecond)}
}

// Time returns the moment in UTC.
func (i Instant) Time() time.Time { return i.t }

// In returns the moment in a zone. An unknown zone gives UTC.
func (i Instant) In(zone string) time.Time { return i.t.In(Zone(zone)) }

// IsZero tells whether the moment is not known.
func (i Instant) IsZero() bool { return i.t.IsZero() }

// Before, After and Add are those of time.Time.
func (i Instant) Before(o Instant) bool { return i.t.Before(o.t) }

// After tells whether i is later than o.
func (i Instant) After(o Instant) bool { return i.t.After(o.t) }

// Add moves the moment by d.
func (i Instant) Add(d time.Duration) Instant { return At(i.t.Add(d)) }

// Sub is the time from o to i.
func (i Instant) Sub(o Instant) time.Duration { return i.t.Sub(o.t) }

// String gives RFC 3339 in UTC, or nothing.
func (i Instant) String() string {
	if i.IsZero() {
		return ""
	}
	return i.t.Format(time.RFC3339Nano)
}

// Value stores the moment as microseconds.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.t.UnixMicro(), nil
}

// Scan reads microseconds.
func (i *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Instant{}
	case int64:
		*i = Instant{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("scan instant: %T is not a number", src)
	}
	return nil
}

// MarshalJSON gives RFC 3339, or null.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(i.String())
}

// UnmarshalJSON reads RFC 3339 or null.
func (i *Instant) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil { // null leaves s empty
		return err
	}
	return i.UnmarshalText([]byte(s))
}

// UnmarshalText reads RFC 3339; an API that sees it knows the instant as a string.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Instant{}
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return err
	}
	*i = At(t)
	return nil
}
