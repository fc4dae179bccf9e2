package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// Process is something that goes on elsewhere and to which the forum's outcomes are
// submitted: a compact, a review, a commission.
type Process struct {
	bun.BaseModel `bun:"table:ledger_processes,alias:lp" json:"-"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Slug       string       `bun:"slug" json:"slug"`
	Name       core.Text    `bun:"name,type:jsonb" json:"name"`
	About      core.Text    `bun:"about,type:jsonb" json:"about"`
	URL        string       `bun:"url" json:"url,omitempty"`
	Milestones []Milestone  `bun:"milestones,type:jsonb" json:"milestones"`
	Created    core.Instant `bun:"created" json:"-"`
	Version    int64        `bun:"version" json:"version"`
}

// Path is the permanent address of the process.
func (p Process) Path() string { return "/processes/" + p.Slug }

// Milestone is a date of a process: a day, a month or a year.
type Milestone struct {
	Day   string    `json:"day"`
	Until string    `json:"until,omitempty"`
	Title core.Text `json:"title"`
	URL   string    `json:"url,omitempty"`
}

// MilestoneInput is one row of the form.
type MilestoneInput struct {
	Day   string    `form:"day" ui:"text" max:"10" json:"day"`
	Until string    `form:"until" ui:"text" max:"10" json:"until"`
	Title core.Text `form:"title" ui:"text" max:"300" json:"title"`
	URL   string    `form:"url" ui:"url" max:"500" json:"url"`
}

// ProcessInput is the form of a process.
type ProcessInput struct {
	Version    int64            `form:"version" ui:"hidden" json:"version"`
	Name       core.Text        `form:"name" ui:"text" max:"160" required:"1" json:"name"`
	About      core.Text        `form:"about" ui:"area" max:"3000" json:"about"`
	URL        string           `form:"url" ui:"url" max:"500" json:"url"`
	Milestones []MilestoneInput `form:"milestones" ui:"rows" json:"milestones"`
}

// InputOfProcess is the form of a process as it stands.
func InputOfProcess(p Process) ProcessInput {
	in := ProcessInput{Version: p.Version, Name: p.Name, About: p.About, URL: p.URL}
	for _, m := range p.Milestones {
		in.Milestones = append(in.Milestones, MilestoneInput(m))
	}
	return in
}

// vague tells whether s is a day, a month or a year.
func vague(s string) bool {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return false
	}
	_, err := core.ParseDate(s + "2001-01-01"[len(s):])
	return err == nil
}

func (in *ProcessInput) validate() ([]Milestone, error) {
	in.Name, in.About = in.Name.Clean(), in.About.Clean()
	p := core.Validate(*in)
	if in.URL = strings.TrimSpace(in.URL); in.URL != "" && !core.WebAddress(in.URL) {
		p.Add("url", "ledger.error.url")
	}
	out := []Milestone{}
	for i, m := range in.Milestones {
		m.Title, m.Day, m.Until, m.URL = m.Title.Clean(), strings.TrimSpace(m.Day), strings.TrimSpace(m.Until), strings.TrimSpace(m.URL)
		if m.Title.IsZero() && m.Day == "" && m.URL == "" {
			continue
		}
		row := core.Row("milestones", i)
		if m.Title.IsZero() {
			p.Add(row+"title", "form.required")
		}
		if !vague(m.Day) {
			p.Add(row+"day", "ledger.error.vague_date")
		}
		if m.Until != "" && (!vague(m.Until) || m.Until < m.Day) {
			p.Add(row+"until", "ledger.error.vague_date")
		}
		if m.URL != "" && !core.WebAddress(m.URL) {
			p.Add(row+"url", "ledger.error.url")
		}
		out = append(out, Milestone(m))
	}
	slices.SortStableFunc(out, func(x, y Milestone) int { return cmp.Compare(x.Day, y.Day) })
	return out, p.Err()
}

// Processes lists all processes. Anybody may call.
func (s *Service) Processes(ctx context.Context) ([]Process, error) {
	var rows []Process
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("lp.slug").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	return rows, nil
}

// Process gives one by its address. Anybody may call.
func (s *Service) Process(ctx context.Context, slug string) (Process, error) {
	var p Process
	if err := s.rec.DB.Read.NewSelect().Model(&p).Where("lp.slug = ?", slug).Scan(ctx); err != nil {
		return p, record.Found(err)
	}
	return p, nil
}

// SaveProcess enters a process (slug empty) or changes one; its address never changes.
// Editors and staff may. Events: process.entered, process.changed. Errors: Invalid; Stale.
func (s *Service) SaveProcess(ctx context.Context, a core.Actor, slug string, in ProcessInput) (Process, error) {
	var pr Process
	if err := mayCurate(a, processPolicy); err != nil {
		return pr, err
	}
	milestones, err := in.validate()
	if err != nil {
		return pr, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		pr = Process{Slug: slug}
		var before ProcessInput
		if slug != "" {
			if err := tx.NewSelect().Model(&pr).Where("lp.slug = ?", slug).Scan(ctx); err != nil {
				return record.Found(err)
			}
			if before = InputOfProcess(pr); pr.Version != in.Version {
				return core.Stale(before)
			}
		}
		pr.Name, pr.About, pr.URL, pr.Milestones = in.Name, in.About, in.URL, milestones
		pr.Version++
		kind := "process.changed"
		var err error
		if slug == "" {
			kind, pr.ID, pr.Created = "process.entered", tx.NewID(), tx.Now
			if pr.Slug, err = freeSlug(ctx, tx, (*Process)(nil), in.Name, pr.ID); err != nil {
				return err
			}
		}
		stale := false
		if slug == "" {
			_, err = tx.NewInsert().Model(&pr).Exec(ctx)
		} else {
			stale, err = record.Once(tx.NewUpdate().Model(&pr).WherePK().Where("version = ?", in.Version).Exec(ctx))
		}
		if err != nil || stale {
			return record.StaleOr(err, before)
		}
		tx.Append(kind, pr.ID, core.ScopeForum, record.Public, record.Data{"label": pr.Name, "changes": changes(processFields(before), processFields(InputOfProcess(pr)))})
		return nil
	})
	return pr, err
}

// Forms in which an outcome was sent.
var Forms = []string{"mail", "letter", "upload", "presentation", "print", "page", "other"}

// Delivery says where an outcome was sent (E145), and to a process (E146) with its
// receipt.
type Delivery struct {
	bun.BaseModel `bun:"table:ledger_deliveries,alias:ld" json:"-"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Process  core.ID      `bun:"process" json:"process,omitempty"`
	Document core.ID      `bun:"document" json:"document"`
	Revision int          `bun:"revision" json:"revision"`
	Day      string       `bun:"day" json:"day"`
	By       string       `bun:"by_whom" json:"by,omitempty"`
	To       string       `bun:"to_whom" json:"to"`
	Form     string       `bun:"form" json:"form"`
	Receipt  string       `bun:"receipt" json:"receipt,omitempty"`
	URL      string       `bun:"url" json:"url,omitempty"`
	Made     core.Instant `bun:"made" json:"-"`

	Kept []Evidence `bun:"-" json:"kept,omitempty"`
}

// thing is the outcome that was sent.
func (d Delivery) thing() Thing { return Thing{Kind: ThingParagraph, Ref: string(d.Document)} }

// DeliveryInput is the form of a delivery.
type DeliveryInput struct {
	Where     string `form:"where" ui:"text" max:"500" required:"1" json:"where"` // address of the outcome
	Revision  string `form:"revision" ui:"text" max:"6" json:"revision"`
	Process   string `form:"process" ui:"select" json:"process"`
	Day       string `form:"day" ui:"date" required:"1" json:"day"`
	By        string `form:"by" ui:"text" max:"200" json:"by"`
	To        string `form:"to" ui:"text" max:"300" required:"1" json:"to"`
	Form      string `form:"form" ui:"select" required:"1" json:"form"`
	Receipt   string `form:"receipt" ui:"text" max:"300" json:"receipt"`
	URL       string `form:"url" ui:"url" max:"500" json:"url"`
	CopyTitle string `form:"copy_title" ui:"text" max:"200" json:"copy_title"`
	CopyText  string `form:"copy_text" ui:"area" max:"100000" json:"copy_text"`
	File      string `form:"file" ui:"file" json:"-"`

	Kept []Kept `form:"-" json:"-"`
}

// Deliver notes that an outcome was sent to somebody, or submitted to a process. Editors
// and staff may. Event: output.delivered. Errors: Invalid.
func (s *Service) Deliver(ctx context.Context, a core.Actor, in DeliveryInput) (Delivery, error) {
	var d Delivery
	if err := mayCurate(a, processPolicy); err != nil {
		return d, err
	}
	p := core.Validate(in)
	checkDay(&p, "day", in.Day)
	if in.Day > s.today() {
		p.Add("day", "ledger.error.future")
	}
	if in.Form != "" && !slices.Contains(Forms, in.Form) {
		p.Add("form", "ledger.error.form")
	}
	if in.URL = strings.TrimSpace(in.URL); in.URL != "" && !core.WebAddress(in.URL) {
		p.Add("url", "ledger.error.url")
	}
	if err := p.Err(); err != nil {
		return d, err
	}
	t, err := s.Find(ctx, a, in.Where)
	if err != nil {
		return d, at("where", err)
	}
	if t.Kind != ThingParagraph {
		return d, at("where", core.Invalid("ledger.error.no_text"))
	}
	doc, _ := documents.ReadParaRef(t.Ref)
	docs, err := s.Documents.Load(ctx, doc)
	if err != nil {
		return d, err
	}
	number := docs[doc].Published
	if in.Revision != "" {
		if number, err = strconv.Atoi(strings.TrimSpace(in.Revision)); err != nil || number < 1 || number > docs[doc].Published {
			return d, at("revision", core.Invalid("ledger.error.revision"))
		}
	}
	d = Delivery{
		Process: core.ID(in.Process), Document: doc, Revision: number, Day: in.Day, By: strings.TrimSpace(in.By), To: strings.TrimSpace(in.To),
		Form: in.Form, Receipt: strings.TrimSpace(in.Receipt), URL: in.URL,
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d.ID, d.Made = tx.NewID(), tx.Now
		if err := knownProcess(ctx, tx, d.Process); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
			return fmt.Errorf("note delivery: %w", err)
		}
		tx.Append("output.delivered", doc, core.ScopeForum, record.Public, record.Data{"label": docs[doc].Title, "to": d.To, "day": d.Day, "process": d.Process})
		return s.evidenceTx(ctx, tx, d.ID, "", nil, in.Kept)
	})
	return d, err
}

// knownProcess refuses the id of a process that there is not; empty is none.
func knownProcess(ctx context.Context, tx *record.Tx, id core.ID) error {
	if id == "" {
		return nil
	}
	there, err := tx.NewSelect().Model((*Process)(nil)).Where("id = ?", id).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for process: %w", err)
	}
	if !there {
		return at("process", core.Invalid("ledger.error.process"))
	}
	return nil
}

// deliveries reads where outcomes that the actor may see were sent, the newest first, with
// kept copies.
func (s *Service) deliveries(ctx context.Context, a core.Actor, where string, args ...any) ([]Delivery, error) {
	var rows []Delivery
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where(where, args...).OrderExpr("ld.day DESC, ld.id DESC").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load deliveries: %w", err)
	}
	ids, things := make([]core.ID, len(rows)), make([]Thing, len(rows))
	for i, d := range rows {
		ids[i], things[i] = d.ID, d.thing()
	}
	labels, err := s.Labels(ctx, a, "en", things)
	if err != nil {
		return nil, err
	}
	ev, err := evidenceOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	out := []Delivery{}
	for _, d := range rows {
		if _, seen := labels[d.thing()]; seen {
			d.Kept = ev[d.ID]
			out = append(out, d)
		}
	}
	return out, nil
}

// Deliveries gives the distribution log of documents, those that the actor may see.
func (s *Service) Deliveries(ctx context.Context, a core.Actor, docs []core.ID) (map[core.ID][]Delivery, error) {
	out := map[core.ID][]Delivery{}
	if len(docs) == 0 {
		return out, nil
	}
	list, err := s.deliveries(ctx, a, "ld.document IN (?)", bun.List(docs))
	for _, d := range list {
		out[d.Document] = append(out[d.Document], d)
	}
	return out, err
}

// processFields are the fields of a process as its history names them.
func processFields(in ProcessInput) map[string]any {
	lines := []string{}
	for _, m := range in.Milestones {
		lines = append(lines, m.Day+" "+m.Title.String())
	}
	return map[string]any{"name": in.Name, "about": in.About, "url": in.URL, "milestones": lines}
}
