package demo

import (
	"time"

	numbers "plenary/internal/forum/figures"
)

// firstFigures are the indicators that a forum publishes while its meeting is going on.
var firstFigures = []string{
	"registered", "approved", "badges", "attended", "attended-onsite", "attended-online", "hub-heads", "countries", "countries-registered", "governments-onsite",
	"legislators", "media", "grantees", "sessions", "sessions-without-day-zero", "session-attendance", "proposals", "speakers", "organisations", "un-entities",
}

// figures brings in what others counted of past editions, and publishes the sample's own
// figures, provisional until two weeks after its end.
func (b *builder) figures() error {
	b.clock.Freeze(b.start.Time())
	if err := b.Support.Due(b.ctx); err != nil { // who was supported and is here has travelled
		return err
	}
	if _, err := b.Figures.ImportShipped(b.ctx, actor); err != nil {
		return err
	}
	return b.Figures.Publish(b.ctx, actor, b.set, numbers.PublishInput{
		Status: numbers.Provisional, Promised: b.set.End().Add(14 * 24 * time.Hour).In(b.set.Zone).Format(time.DateOnly), Parts: true, Indicators: firstFigures,
	})
}
