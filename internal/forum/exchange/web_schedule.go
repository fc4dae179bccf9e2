package exchange

import (
	"bytes"
	"io"

	"plenary/internal/core"
	"plenary/internal/formats/schedule"
	"plenary/internal/platform/web"
)

// scheduleXML is the timetable as frab's schedule.xml.
func (w *Web) scheduleXML(c *web.C) error {
	return w.schedule(c, "/schedule.xml", "application/xml; charset=utf-8", schedule.WriteXML)
}

// scheduleJSON is the timetable as schedule.json; with ?format=2 as the second format.
func (w *Web) scheduleJSON(c *web.C) error {
	write := schedule.WriteJSON
	path := "/schedule.json"
	switch c.Query("format") {
	case "", "1":
	case "2":
		write, path = schedule.WriteJSON2, "/schedule.json?format=2"
	default:
		return core.Invalid("exchange.schedule.format", "Format", c.Query("format"))
	}
	return w.schedule(c, path, "application/json", write)
}

func (w *Web) schedule(c *web.C, path, contentType string, write func(io.Writer, *schedule.Schedule) error) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	lang, err := w.lang(c)
	if err != nil {
		return err
	}
	s, err := w.s.Schedule(c.Context(), c.Actor, set.Slug, lang, c.S.BaseURL)
	if err != nil {
		return err
	}
	s.URL = c.Absolute(set.Path() + path)
	var b bytes.Buffer
	if err := write(&b, s); err != nil {
		return err
	}
	return c.Bytes(contentType, b.Bytes())
}
