package reports

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Service is what people do with reports.
type Service struct {
	rec       *record.Record
	docs      *documents.Service
	programme *programme.Service
	house     House
	now       *web.Limiter // hand-overs, per account
}

// House is what the desk needs of other rooms and of the ground floor; the wiring hands
// it in. Without it reports are written and published, but nothing can be pinned, handed
// over by mail or reminded of.
type House struct {
	Editions *editions.Service
	People   *people.Service
	Floor    *floor.Service
	Papers   *papers.Service
	Accounts *authn.Service
	Mail     *mail.Service
	Catalog  *i18n.Catalog
	BaseURL  string
	// Attendance says how many took part in a session, on site and online, where
	// somebody counts; it may be nil.
	Attendance func(ctx context.Context, session core.ID) (onsite, online int, ok bool, err error)
}

// New makes the service.
func New(rec *record.Record, docs *documents.Service, prog *programme.Service) *Service {
	return &Service{rec: rec, docs: docs, programme: prog, now: web.NewLimiter(5*time.Minute, 5)}
}

// Furnish hands in what the desk needs, while the program is wired: mails of reminders
// find their texts from then on.
func (s *Service) Furnish(h House) {
	s.house = h
	if h.Mail != nil {
		h.Mail.Late(reminderMail, s.composeReminder)
	}
}

func byKind(list []Report, kind string) *Report {
	for i := range list {
		if list[i].Kind == kind {
			return &list[i]
		}
	}
	return nil
}

// OfSession gives the reports of a session, drafts included: callers ask the policy
// before they show one.
func (s *Service) OfSession(ctx context.Context, session core.ID) ([]Report, error) {
	return ofSession(ctx, s.rec.DB.Read, session)
}

func ofSession(ctx context.Context, idb bun.IDB, session core.ID) ([]Report, error) {
	var out []Report
	if err := idb.NewSelect().Model(&out).Where("session = ?", session).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	return out, nil
}

// OfEdition gives all reports of an edition by session and kind.
func (s *Service) OfEdition(ctx context.Context, edition core.ID) (map[core.ID][]Report, error) {
	var rows []Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	out := map[core.ID][]Report{}
	for _, r := range rows {
		out[r.Session] = append(out[r.Session], r)
	}
	return out, nil
}

// View is a report as one reader may see it: the published revision, or for the crew
// the draft.
type View struct {
	Report   *Report // nil where none was begun
	State    string
	Due      core.Instant
	Revision *documents.Revision // published, what everybody reads; nil where none is
	Draft    *documents.Revision // what is being written, for the crew only
	Roles    []core.Role         // what the reader is in the session
}

// View gives the report of one kind of a session to a reader. NotFound where there is
// nothing that she may see.
func (s *Service) View(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, kind string) (View, error) {
	list, err := s.OfSession(ctx, ses.ID)
	if err != nil {
		return View{}, err
	}
	r := byKind(list, kind)
	v := View{Report: r, State: stateOf(r), Due: Due(ses, set.Edition, kind)}
	roles, err := s.Roles(ctx, a, ses)
	if err != nil {
		return v, err
	}
	insider := canSeeDraft(roles)
	v.Roles = roles
	if !insider && v.State != StatePublished {
		return View{Due: v.Due, State: StateNone, Roles: roles}, core.NotFound()
	}
	if r == nil {
		return v, nil
	}
	if r.State == StatePublished {
		revs, err := s.docs.Published(ctx, r.Document)
		if err != nil {
			return v, err
		}
		if rev, ok := revs[r.Document]; ok {
			v.Revision = &rev
		}
	}
	if insider {
		revs, err := s.docs.Draft(ctx, r.Document)
		if err != nil {
			return v, err
		}
		if rev, ok := revs[r.Document]; ok {
			v.Draft = &rev
		}
	}
	return v, nil
}

// Publish freezes what was saved and shows it to everybody, with its time. The
// rapporteur, the organisers and the staff may. A takeaways report needs a takeaway,
// and each call somebody whom it addresses; a correction needs a note that says why.
// Event: report.published or report.corrected.
func (s *Service) Publish(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, kind, note string) (Report, error) {
	var out Report
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.PublishTx(ctx, tx, set, ses, kind, note)
		if err == nil {
			out = *r
		}
		return err
	})
	return out, err
}

// PublishTx is Publish inside a write.
func (s *Service) PublishTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, kind, note string) (*Report, error) {
	list, err := ofSession(ctx, tx, ses.ID)
	if err != nil {
		return nil, err
	}
	r := byKind(list, kind)
	action := "publish"
	if stateOf(r) == StatePublished {
		action = "correct"
	}
	roles, err := s.rolesIn(ctx, tx, tx.Actor, ses)
	if err != nil {
		return nil, err
	}
	if err := policy.Check(action, stateOf(r), roles...); err != nil {
		return nil, err
	}
	if ses.State == programme.StateDraft {
		return nil, core.Conflict("reports.error.session_draft")
	}
	if !ses.Starts.IsZero() && tx.Now.Before(ses.Starts) {
		return nil, core.Conflict("reports.error.not_begun")
	}
	heads, err := s.docs.HeadTx(ctx, tx, r.Document)
	if err != nil {
		return nil, err
	}
	missing, err := s.lacking(ctx, tx, ses, kind, heads[r.Document])
	if err != nil {
		return nil, err
	}
	if err := errorOf(missing); err != nil {
		return nil, err
	}
	if _, err := s.docs.PublishTx(ctx, tx, r.Document, note); err != nil {
		return nil, err
	}
	event := "report.published"
	if r.State == StatePublished {
		r.Corrected, event = tx.Now, "report.corrected"
	} else {
		r.State, r.Published = StatePublished, tx.Now
	}
	r.Unsaid = false
	if _, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
		return nil, fmt.Errorf("publish report: %w", err)
	}
	due := Due(ses, set.Edition, kind)
	tx.Append(event, r.ID, set.Scope(), record.Public, record.Data{
		"label": ses.Title, "ref": ses.Ref, "kind": kind, "session": ses.ID, "due": due, "note": note,
	})
	return r, nil
}

// lacking says what a report still lacks by the rule of its session's type.
func (s *Service) lacking(ctx context.Context, idb bun.IDB, ses *programme.Session, kind string, rev documents.Revision) ([]Lack, error) {
	rules, err := rulesOf(ctx, idb, ses.Edition)
	if err != nil {
		return nil, err
	}
	rule, ok := rules[ses.Type]
	if !ok {
		rule = DefaultRule(ses.Of)
	}
	settings, err := settingsOf(ctx, idb, ses.Edition)
	if err != nil {
		return nil, err
	}
	cards, err := cardsOf(ctx, idb, ses.ID)
	if err != nil {
		return nil, err
	}
	var card *Card
	if c, ok := cards[ses.ID]; ok {
		card = &c
	}
	return lacks(kind, rule, settings, rev, card), nil
}

// ImportTx begins a report with what a document held, as a draft for the rapporteur to
// look at; the caller has asked for permission. It is a Conflict where a report of that
// kind exists.
func (s *Service) ImportTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, in TakeawaysInput) (*Report, error) {
	in.clean()
	if err := core.Validate(in).Err(); err != nil {
		return nil, err
	}
	list, err := ofSession(ctx, tx, ses.ID)
	if err != nil {
		return nil, err
	}
	if byKind(list, Takeaways) != nil {
		return nil, core.Conflict("reports.error.exists", "Session", ses.Title.String())
	}
	settings, err := settingsOf(ctx, tx, set.ID)
	if err != nil {
		return nil, err
	}
	return s.saveTx(ctx, tx, set, ses, saving{kind: Takeaways, rev: documents.Revise{Paragraphs: in.paragraphs()}}, settings.Licence)
}

// Published gives the published takeaways and calls of an edition, by session in the
// order given by their documents: what the Messages are compiled from. Anybody may call.
func (s *Service) Published(ctx context.Context, edition core.ID) (map[core.ID][]Point, error) {
	var rows []Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).
		Where("edition = ? AND kind = ? AND state = ?", edition, Takeaways, StatePublished).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	return s.pointsOf(ctx, rows)
}

func (s *Service) pointsOf(ctx context.Context, rows []Report) (map[core.ID][]Point, error) {
	docs := make([]core.ID, len(rows))
	for i, r := range rows {
		docs[i] = r.Document
	}
	revs, err := s.docs.Published(ctx, docs...)
	if err != nil {
		return nil, err
	}
	out := map[core.ID][]Point{}
	for _, r := range rows {
		if rev, ok := revs[r.Document]; ok {
			out[r.Session] = points(r.Session, rev)
		}
	}
	return out, nil
}

// PointsByRef resolves names of takeaways and calls (documents.ParaRef), as sources of
// Messages cite them, to what is published of them. What is unknown is left out.
func (s *Service) PointsByRef(ctx context.Context, refs []string) (map[string]Point, error) {
	var docs []core.ID
	for _, ref := range refs {
		if doc, _ := documents.ReadParaRef(ref); !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
	}
	if len(docs) == 0 {
		return nil, nil
	}
	var rows []Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).
		Where("document IN (?) AND state = ?", bun.List(docs), StatePublished).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	bySession, err := s.pointsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := map[string]Point{}
	for _, pts := range bySession {
		for _, p := range pts {
			out[p.Ref] = p
		}
	}
	return out, nil
}

// Guard tells whether the actor may see drafts of a report's document: the crew of its
// session, those who took over and the staff may.
func (s *Service) Guard(ctx context.Context, a core.Actor, d documents.Document) (bool, error) {
	found, err := s.programme.SessionsByID(ctx, a, []core.ID{d.Subject})
	if err != nil || found[d.Subject] == nil {
		return false, err
	}
	roles, err := s.Roles(ctx, a, found[d.Subject])
	return canSeeDraft(roles), err
}

// Addresses are the pages on which the documents of reports are shown.
func (s *Service) Addresses(ctx context.Context, docs []documents.Document) (map[core.ID]string, error) {
	ids := make([]core.ID, len(docs))
	for i, d := range docs {
		ids[i] = d.Subject
	}
	found, err := s.programme.SessionsByID(ctx, core.ActorOf(ctx), ids)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]string{}
	for _, d := range docs {
		if ses := found[d.Subject]; ses != nil {
			out[d.ID] = ses.Path() + "/report"
		}
	}
	return out, nil
}

// Lacking says what a revision of a report lacks to be published, and what it is asked
// for beside; those who may see it may ask.
func (s *Service) Lacking(ctx context.Context, ses *programme.Session, kind string, rev documents.Revision) ([]Lack, error) {
	return s.lacking(ctx, s.rec.DB.Read, ses, kind, rev)
}
