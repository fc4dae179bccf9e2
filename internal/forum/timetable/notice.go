package timetable

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// mailRelease is the kind of the mails about releases.
const mailRelease = "release"

// notice is whom a release was told to, and of which sessions.
type notice struct {
	bun.BaseModel `bun:"table:release_notices,alias:rn"`

	Release  core.ID   `bun:"release,pk"`
	Account  core.ID   `bun:"account,pk"`
	Sessions []core.ID `bun:"sessions,type:jsonb"`
}

// Notices writes to who is concerned by releases that nobody was told of: everybody with a
// role in a session that changed, and everybody who has bookmarked it. One mail to a
// person and release, whatever she has in it. It is periodic work: done twice, it does
// nothing the second time.
func (s *Service) Notices(ctx context.Context) error {
	var due []Release
	if err := s.rec.DB.Read.NewSelect().Model(&due).Where("told IS NULL AND quiet = FALSE").OrderExpr("at, id").Scan(ctx); err != nil {
		return fmt.Errorf("look for releases: %w", err)
	}
	for _, r := range due {
		err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			gone, err := record.Once(tx.NewUpdate().Model((*Release)(nil)).Set("told = ?", tx.Now).Where("id = ? AND told IS NULL", r.ID).Exec(ctx))
			if err != nil || gone {
				return err
			}
			return s.notify(ctx, tx, r)
		})
		if err != nil {
			return fmt.Errorf("tell of release %d: %w", r.Number, err)
		}
	}
	return nil
}

func (s *Service) notify(ctx context.Context, tx *record.Tx, r Release) error {
	var changes []Change
	if err := tx.NewSelect().Model(&changes).Where("release = ?", r.ID).OrderExpr("position").Scan(ctx); err != nil {
		return fmt.Errorf("load changes: %w", err)
	}
	if len(changes) == 0 {
		return nil
	}
	concerned, err := s.concerned(ctx, tx, changes)
	if err != nil {
		return err
	}
	ids := make([]core.ID, 0, len(concerned))
	for id := range concerned {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	urgent := map[core.ID]bool{}
	for _, c := range changes {
		urgent[c.Session] = c.Urgent
	}
	var rows []notice
	var mails []mail.Message
	for _, id := range ids {
		acc, ok := accounts[id]
		if !ok || acc.Disabled {
			continue
		}
		rows = append(rows, notice{Release: r.ID, Account: id, Sessions: concerned[id]})
		mails = append(mails, mail.Message{
			ID: "release/" + string(r.ID) + "/" + string(id), Kind: mailRelease, Ref: string(r.ID) + "|" + string(id),
			To: acc.Email, ToName: acc.Name, Lang: acc.Lang,
			Urgent: slices.ContainsFunc(concerned[id], func(x core.ID) bool { return urgent[x] }),
		})
	}
	if err := insert(ctx, tx, rows); err != nil {
		return err
	}
	return s.Mail.QueueTx(ctx, tx, mails...)
}

// concerned are the accounts that a release concerns, each with the sessions in the order
// in which the changes are told.
func (s *Service) concerned(ctx context.Context, tx *record.Tx, changes []Change) (map[core.ID][]core.ID, error) {
	ids := make([]core.ID, len(changes))
	place := make(map[core.ID]int, len(changes))
	for i, c := range changes {
		ids[i], place[c.Session] = c.Session, i
	}
	out, err := s.Agenda.BookmarkersTx(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var roles []struct {
		Session core.ID `bun:"session"`
		Account core.ID `bun:"account"`
	}
	err = tx.NewRaw(`SELECT DISTINCT r.session AS session, a.id AS account FROM session_roles AS r
		JOIN accounts AS a ON a.person = r.person WHERE r.person <> '' AND r.session IN (?)`, bun.List(ids)).Scan(ctx, &roles)
	if err != nil {
		return nil, fmt.Errorf("look for people: %w", err)
	}
	for _, r := range roles {
		out[r.Account] = append(out[r.Account], r.Session)
	}
	for id, list := range out {
		slices.SortFunc(list, func(a, b core.ID) int { return place[a] - place[b] })
		out[id] = slices.Compact(list)
	}
	return out, nil
}

// lastTold gives a release with its changes. It never changes, so the last one is kept: its
// mails are written one after the other.
func (s *Service) lastTold(ctx context.Context, tx *record.Tx, id core.ID) (*Release, error) {
	s.mu.Lock()
	r := s.last
	s.mu.Unlock()
	if r != nil && r.ID == id {
		return r, nil
	}
	r = &Release{}
	if err := tx.NewSelect().Model(r).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	if err := tx.NewSelect().Model(&r.Changes).Where("release = ?", id).OrderExpr("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load changes: %w", err)
	}
	s.mu.Lock()
	s.last = r
	s.mu.Unlock()
	return r, nil
}

// WriteNotice writes the mail about a release at the moment when it is sent: it says what
// stands then of the changes, in the recipient's language and zone.
func (s *Service) WriteNotice(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	release, account, _ := strings.Cut(m.Ref, "|")
	r, err := s.lastTold(ctx, tx, core.ID(release))
	if err != nil {
		return m, err
	}
	var n notice
	if err := tx.NewSelect().Model(&n).Where("release = ? AND account = ?", release, account).Scan(ctx); err != nil {
		return m, record.Found(err)
	}
	changes := slices.DeleteFunc(slices.Clone(r.Changes), func(c Change) bool { return !slices.Contains(n.Sessions, c.Session) })
	set, err := s.Editions.SettingByID(ctx, core.Operator, r.Edition)
	if err != nil {
		return m, err
	}
	accounts, err := s.Accounts.ByIDs(ctx, []core.ID{core.ID(account)})
	if err != nil {
		return m, err
	}
	acc := accounts[core.ID(account)]
	x := speech{s: s, set: set, lang: m.Lang, zone: acc.Zone}
	var lines []string
	urgent := false
	for _, c := range changes {
		lines = append(lines, x.told(c))
		urgent = urgent || c.Urgent
	}
	name, _ := set.Name.In(m.Lang)
	note, _ := r.Note.In(m.Lang)
	if note != "" {
		note += "\n\n"
	}
	key := "release"
	if urgent {
		key = "release_urgent"
	}
	m.Subject, m.Text = s.Mail.Compose(m.Lang, key, "Name", acc.Name, "Edition", name, "Number", r.Number, "Note", note, "Count", len(changes),
		"Changes", strings.Join(lines, "\n\n"), "URL", s.BaseURL+set.Path()+"/changes/"+strconv.Itoa(r.Number), "Mine", s.BaseURL+set.Path()+"/my-programme")
	m.Calendar, err = s.calendar(ctx, tx, set, m.Lang, name, r.At, n.Sessions)
	return m, err
}

// calendar is the changed sessions for the recipient's calendar.
func (s *Service) calendar(ctx context.Context, tx *record.Tx, set *editions.Setting, lang, name string, at core.Instant, ids []core.ID) (string, error) {
	found, err := s.Programme.BriefsTx(ctx, tx, set, ids)
	if err != nil {
		return "", err
	}
	types, err := s.Programme.Types(ctx, set.ID)
	if err != nil {
		return "", err
	}
	in := agenda.Invitation{Method: calendar.Publish, Lang: lang, Name: name, Set: set, Types: types, Now: at}
	for _, id := range ids {
		if b, ok := found[id]; ok && b.State != programme.StateDraft {
			in.Sessions = append(in.Sessions, b)
		}
	}
	return string(s.Agenda.Invite(in)), nil
}

// speech tells of changes in a reader's language.
type speech struct {
	s    *Service
	set  *editions.Setting
	lang string
	zone string // of the reader; empty where she has not said
}

func (x speech) t(key string, args ...any) string { return x.s.Catalog.T(x.lang, key, args...) }

// told is a change as a few lines of a mail.
func (x speech) told(c Change) string {
	shown := c.After
	title, _ := shown.Title.In(x.lang)
	lines := []string{x.t("timetable.told.title", "Ref", strings.ToUpper(shown.Ref), "Title", title)}
	for _, k := range c.Kinds {
		lines = append(lines, x.kind(k, c))
	}
	if shown.State != "cancelled" && !shown.Starts.IsZero() {
		lines = append(lines, x.when(shown))
	}
	lines = append(lines, x.s.BaseURL+x.set.Path()+"/"+shown.Ref)
	return strings.Join(lines, "\n")
}

// kind is one kind of a change as a sentence.
func (x speech) kind(kind string, c Change) string {
	before, _ := c.Before.Place.In(x.lang)
	after, _ := c.After.Place.In(x.lang)
	was, _ := c.Before.Title.In(x.lang)
	note, _ := c.After.Note.In(x.lang)
	if kind == ChangeCancelled && note != "" {
		return x.t("timetable.told.cancelled_note", "Note", note)
	}
	return x.t("timetable.told."+kind, "Before", x.clock(c.Before), "After", x.clock(c.After), "RoomBefore", before, "RoomAfter", after, "Was", was)
}

// clock is a time at the venue: "Tue 20 Oct, 09:00–10:00".
func (x speech) clock(s Shown) string {
	if s.Starts.IsZero() {
		return x.t("timetable.no_time")
	}
	a, z := s.Starts.In(x.set.Zone), s.Ends.In(x.set.Zone)
	return x.t("timetable.told.clock", "Day", i18n.ShortDate(x.lang, a), "From", i18n.Clock(a), "Until", i18n.Clock(z))
}

// when is a time at the venue, in UTC, and where the reader is.
func (x speech) when(s Shown) string {
	a := s.Starts.Time().UTC()
	place, _ := s.Place.In(x.lang)
	line := x.t("timetable.told.when", "When", x.clock(s), "Place", x.set.Place(x.lang), "UTC", i18n.ShortDate(x.lang, a)+" "+i18n.Clock(a), "Room", place)
	if x.zone != "" && x.zone != x.set.Zone {
		y := s.Starts.In(x.zone)
		line += "\n" + x.t("timetable.told.yours", "When", i18n.ShortDate(x.lang, y)+" "+i18n.Clock(y), "Zone", web.ZoneCity(x.zone))
	}
	return line
}
