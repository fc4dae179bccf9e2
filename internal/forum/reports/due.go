package reports

import (
	"time"

	"plenary/internal/core"
)

// nextWords is when the words about a limit change: within a day each minute, else
// each hour.
func nextWords(due, now core.Instant) time.Time {
	left := due.Sub(now).Abs()
	step := time.Minute
	if left > 48*time.Hour {
		step = time.Hour
	}
	return now.Time().Add(step).Truncate(step)
}
