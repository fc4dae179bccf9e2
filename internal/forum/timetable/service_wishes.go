package timetable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// WishesInput is what organisers say of what their session needs and would like.
type WishesInput struct {
	Version   int64    `form:"version" ui:"hidden" json:"version"`
	Minutes   int      `form:"minutes" ui:"number" json:"minutes"`
	NotBefore string   `form:"not_before" ui:"datetime-local" json:"not_before" doc:"at the venue: 2026-10-20T14:00"`
	NotAfter  string   `form:"not_after" ui:"datetime-local" json:"not_after"`
	Fixed     bool     `form:"fixed" ui:"check" json:"fixed"`
	Days      []string `form:"days" ui:"checks" json:"days"`
	Rooms     []string `form:"rooms" ui:"checks" json:"rooms"`
	Services  []string `form:"services" ui:"checks" json:"services"`
	Seats     int      `form:"seats" ui:"number" json:"seats"`
	Remote    string   `form:"remote" ui:"area" max:"1000" json:"remote" doc:"a zone a line for each who speaks from afar"`
	Poster    bool     `form:"poster" ui:"check" json:"poster"`
	Note      string   `form:"note" ui:"area" max:"1000" json:"note"`
}

// moment is the form of a date and time at the venue.
const moment = "2006-01-02T15:04"

// Wishes gives what a session needs and would like. Its crew and the staff.
func (s *Service) Wishes(ctx context.Context, a core.Actor, x *programme.Session) (WishesInput, error) {
	if !MayWish(a, x) {
		return WishesInput{}, programme.Policy.Check("edit", x.State, programme.Crew(a, x)...)
	}
	row, err := s.wishes(ctx, x.ID)
	w := row.Wishes
	return WishesInput{
		Version: row.Version, Minutes: w.Minutes, NotBefore: w.NotBefore, NotAfter: w.NotAfter, Fixed: w.Fixed, Days: w.Days, Rooms: w.Rooms,
		Services: w.Services, Seats: w.Seats, Remote: strings.Join(w.Remote, "\n"), Poster: w.Poster, Note: w.Note,
	}, err
}

// MayWish tells whether the actor may say what a session needs: who may write its texts.
func MayWish(a core.Actor, x *programme.Session) bool { return programme.Can(a, x, "edit") }

func (s *Service) wishes(ctx context.Context, session core.ID) (wishRow, error) {
	var row wishRow
	err := s.rec.DB.Read.NewSelect().Model(&row).Where("session = ?", session).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return wishRow{}, nil
	}
	if err != nil {
		return row, fmt.Errorf("load wishes: %w", err)
	}
	return row, nil
}

// Wish writes down what a session needs and would like. Who may write its texts; that a
// time is a must, how long the session takes and whether it shares its room is the staff's
// word. Event: timetable.wished. Errors: Invalid, Stale with a WishesInput.
func (s *Service) Wish(ctx context.Context, a core.Actor, set *editions.Setting, x *programme.Session, in WishesInput) error {
	if err := programme.Policy.Check("edit", x.State, programme.Crew(a, x)...); err != nil {
		return err
	}
	w, err := in.wishes(set)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var row wishRow
		err := tx.NewSelect().Model(&row).Where("session = ?", x.ID).Scan(ctx)
		there := err == nil
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("load wishes: %w", err)
		}
		if row.Version != in.Version {
			now := in
			now.Version = row.Version
			return core.Stale(now)
		}
		if !Can(a, set, "rules") {
			w.Fixed, w.Minutes, w.Poster = row.Wishes.Fixed, row.Wishes.Minutes, row.Wishes.Poster
		}
		row = wishRow{Session: x.ID, Edition: set.ID, Wishes: w, Version: in.Version + 1}
		if there {
			_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		} else {
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("save wishes: %w", err)
		}
		tx.Append("timetable.wished", x.ID, programme.PlanScope(set), record.Internal, record.Data{"label": x.Title, "ref": x.Ref})
		return nil
	})
}

// wishes checks what was typed.
func (in WishesInput) wishes(set *editions.Setting) (Wishes, error) {
	p := core.Validate(in)
	w := Wishes{
		Minutes: in.Minutes, NotBefore: strings.TrimSpace(in.NotBefore), NotAfter: strings.TrimSpace(in.NotAfter), Fixed: in.Fixed, Days: in.Days,
		Rooms: in.Rooms, Services: in.Services, Seats: in.Seats, Poster: in.Poster, Note: strings.TrimSpace(in.Note),
	}
	for _, f := range []struct{ path, v string }{{"not_before", w.NotBefore}, {"not_after", w.NotAfter}} {
		if f.v == "" {
			continue
		}
		if _, err := time.Parse(moment, f.v); err != nil {
			p.Add(f.path, "form.unreadable")
		}
	}
	if w.NotBefore != "" && w.NotAfter != "" && w.NotAfter <= w.NotBefore {
		p.Add("not_after", "programme.error.end_before_start")
	}
	if w.Minutes != 0 && (w.Minutes < 5 || w.Minutes > 12*60) {
		p.Add("minutes", "programme.error.duration", "Minutes", 5, "Hours", 12)
	}
	if w.Seats < 0 || w.Seats > 100000 {
		p.Add("seats", "form.unreadable")
	}
	for _, d := range w.Days {
		if !slices.ContainsFunc(set.Days(), func(x editions.Day) bool { return x.Date == d }) {
			p.Add("days", "programme.error.day", "Date", d)
		}
	}
	if slices.ContainsFunc(w.Rooms, func(id string) bool { return set.Room(core.ID(id)) == nil }) {
		p.Add("rooms", "form.unreadable")
	}
	if slices.ContainsFunc(w.Services, func(c string) bool { return !slices.Contains(Services, c) }) {
		p.Add("services", "form.unreadable")
	}
	for _, line := range strings.Split(in.Remote, "\n") {
		zone := strings.ReplaceAll(strings.TrimSpace(line), " ", "_")
		if zone == "" {
			continue
		}
		if _, err := core.LoadZone(zone); err != nil {
			p.Add("remote", "timetable.error.zone", "Zone", strings.TrimSpace(line))
			continue
		}
		w.Remote = append(w.Remote, zone)
	}
	if len(w.Remote) > 50 {
		p.Add("remote", "timetable.error.many", "Most", 50)
	}
	return w, p.Err()
}
