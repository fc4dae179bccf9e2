package programme

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// programmeCSV is the timetable, or what the filters of the address leave of it, as a
// table. Names are in the reader's language where they are translated.
func (w *Web) programmeCSV(c *web.C) error {
	set, err := w.listed(c)
	if err != nil {
		return err
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, readChoice(c.R.URL.Query()))
	if err != nil {
		return err
	}
	rows := [][]string{{
		"ref", "title", "type", "theme", "day", "start", "end", "zone", "start_utc", "end_utc", "room", "venue",
		"format", "language", "state", "body", "tracks", "questions", "tags", "sdgs", "url",
	}}
	text := func(t core.Text) string { return c.Text(t).S }
	label := func(vocabulary, code string) string {
		if code == "" {
			return ""
		}
		return text(w.vocab.Label(vocabulary, code))
	}
	for i := range sel.list {
		b := &sel.list[i]
		n := sel.named(b)
		var start, end, zone, utcStart, utcEnd string
		if b.Scheduled() {
			zone = set.Zone
			start, end = b.Starts.In(zone).Format("15:04"), b.Ends.In(zone).Format("15:04")
			utcStart, utcEnd = b.Starts.String(), b.Ends.String()
		}
		tracks := make([]string, 0, len(n.TrackNames))
		for _, t := range n.TrackNames {
			tracks = append(tracks, text(t))
		}
		slices.Sort(tracks)
		goals := make([]string, 0, len(b.SDGs))
		for _, g := range b.SDGs {
			goals = append(goals, strconv.Itoa(g))
		}
		rows = append(rows, []string{
			b.Ref, text(b.Title), text(n.TypeName), text(n.ThemeName), b.Day, start, end, zone, utcStart, utcEnd,
			text(n.RoomName), text(n.VenueName), label(vocab.Formats, b.Format), label(vocab.Languages, b.Language),
			b.State, text(n.BodyName), strings.Join(tracks, "; "), strings.Join(n.QuestionNumbers, "; "),
			strings.Join(b.Tags, "; "), strings.Join(goals, "; "), c.S.BaseURL + b.Path(),
		})
	}
	return c.CSV(rows)
}

// programmeJSON is the whole timetable, or what the filters leave, as one JSON array
// of what the API gives in parts.
func (w *Web) programmeJSON(c *web.C) error {
	set, err := w.listed(c)
	if err != nil {
		return err
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, readChoice(c.R.URL.Query()))
	if err != nil {
		return err
	}
	body, err := json.Marshal(sel.listed())
	if err != nil {
		return fmt.Errorf("programme as JSON: %w", err)
	}
	return c.Bytes("application/json", append(body, '\n'))
}
