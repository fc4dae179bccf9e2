package timetable

import (
	"errors"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// setupPages are the pages by which the programme team says what the plan is held to, and
// those by which people say what their sessions need and when they cannot be there.
func (w *Web) setupPages(s *web.Server) {
	both(s, "/timetable/rules", w.setRules)
	s.Edition("POST /timetable/rules/reset", w.resetRules)
	both(s, "/timetable/days", w.setDays)
	both(s, "/timetable/rooms", w.setRooms)
	both(s, "/timetable/ties", w.ties)
	s.Edition("POST /timetable/ties/remove", w.dropTie)
	s.Edition("POST /timetable/ties/restore", w.restoreTie)
	both(s, "/timetable/absences", w.absences)
	s.Edition("POST /timetable/absences/remove", w.dropAbsence)
	s.Edition("POST /timetable/absences/restore", w.restoreAbsence)
	s.Session("GET /placement", w.programme.Session(w.wish))
	s.Session("POST /placement", w.programme.Session(w.wish))
	both(s, "/my-availability", w.availability)
	s.Edition("POST /my-availability/remove", w.dropOwn)
	s.Edition("POST /my-availability/restore", w.restoreOwn)
}

// setupBoard is the plan of the edition of the address, for who may set it up.
func (w *Web) setupBoard(c *web.C) (*editions.Setting, *Board, error) {
	set, err := w.setting(c, "rules")
	if err != nil {
		return nil, nil, err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	return set, b, err
}

// untouched is the note above each of these pages while the plan was not begun.
func untouched(c *web.C, b *Board) *web.Notice {
	if b.Begun {
		return nil
	}
	return &web.Notice{Class: "info", Icon: "info", Text: c.T("timetable.setup.not_begun")}
}

// read takes what was sent into an input and hands it on; what is wrong comes back.
func read[In any](c *web.C, in *In, save func() error) error {
	if c.R.Method != http.MethodPost {
		return nil
	}
	if err := c.Decode(in); err != nil {
		return err
	}
	return save()
}

// errMore is how a form says that it wants more rows: nothing is wrong, nothing is saved.
var errMore = errors.New("more rows")

// refused puts what is wrong into a form; more rows are nothing wrong. now makes of what
// stands by then what the form shows.
func refused(f *web.Form, failed error, now func(current any) any) (status int, err error) {
	if errors.Is(failed, errMore) {
		failed = nil
	}
	if e, ok := errors.AsType[*core.Error](failed); ok && e.Kind == core.KindStale && now != nil {
		failed = core.Stale(now(e.Current))
	}
	return f.Refused(failed)
}

// titled is a page's title, which says first that something is wrong.
func titled(c *web.C, title string, status int) string {
	if status >= http.StatusBadRequest {
		return c.T("form.error_title", "Title", title)
	}
	return title
}

// spare leaves one empty row of two: there is a list for each day and each room.
func spare(rows [][]*web.Field) [][]*web.Field {
	if len(rows) == 2 && blank(rows[0]) && blank(rows[1]) {
		return rows[:1]
	}
	return rows
}

func blank(row []*web.Field) bool {
	for _, f := range row {
		if f.Value != "" && f.Kind != "texts" || f.Error != "" || f.SubOpen || len(f.Sub) > 0 && f.Sub[0].Value != "" {
			return false
		}
	}
	return true
}
