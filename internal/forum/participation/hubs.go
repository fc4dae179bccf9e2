package participation

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// HubInput is what somebody says who asks for a remote hub, or changes it.
type HubInput struct {
	Version  int64     `form:"version" ui:"hidden"`
	Name     string    `form:"name" max:"160" required:"true"`
	City     string    `form:"city" max:"120" required:"true"`
	Country  string    `form:"country" ui:"select" required:"true"`
	Zone     string    `form:"zone" required:"true"`
	Address  string    `form:"address" ui:"area" max:"400"`
	About    core.Text `form:"about" ui:"areas" max:"1000"`
	Expected int       `form:"expected" ui:"number" required:"true"`
	Open     bool      `form:"open" ui:"check"`
	Shown    bool      `form:"shown" ui:"check"`
	Note     string    `form:"note" ui:"area" max:"1000"`
}

// HubDecision is what the staff decides of a hub that is asked for.
type HubDecision struct {
	Version int64     `form:"version" ui:"hidden"`
	State   string    `form:"state" ui:"radio" required:"true"`
	Reason  core.Text `form:"reason" ui:"areas" max:"1000"`
}

// mostHeads is the most that a hub counts at once.
const mostHeads = 5000

func (h *Hub) input() HubInput {
	return HubInput{
		Version: h.Version, Name: h.Name, City: h.City, Country: h.Country, Zone: h.Zone, Address: h.Address, About: h.About, Expected: h.Expected,
		Open: h.Open, Shown: h.Shown, Note: h.Note,
	}
}

func (s *Service) checkHub(in *HubInput) error {
	in.Name, in.City, in.Zone = oneLine(in.Name), oneLine(in.City), oneLine(in.Zone)
	in.Address, in.Note, in.About = strings.TrimSpace(in.Address), strings.TrimSpace(in.Note), in.About.Clean()
	p := core.Validate(*in)
	if _, ok := s.Vocab.Country(in.Country); in.Country != "" && !ok {
		p.Add("country", "participation.error.choice")
	}
	if _, err := core.LoadZone(in.Zone); in.Zone != "" && err != nil {
		p.Add("zone", "participation.hub.error.zone")
	}
	if in.Expected < 0 || in.Expected > mostHeads {
		p.Add("expected", "participation.hub.error.heads", "Count", mostHeads)
	}
	return p.Err()
}

func (h *Hub) fill(in HubInput) {
	h.Name, h.City, h.Country, h.Zone, h.Address, h.About = in.Name, in.City, in.Country, in.Zone, in.Address, in.About
	h.Expected, h.Open, h.Shown, h.Note = in.Expected, in.Open, in.Shown, in.Note
}

func (h *Hub) roles(a core.Actor) []core.Role { return rolesAtGroup(a, h.Edition, h.Moderator) }

func (h *Hub) may(a core.Actor, action string) bool {
	return hubPolicy.Can(action, h.policyState(), h.roles(a)...)
}

func hubIn(ctx context.Context, idb bun.IDB, id core.ID) (Hub, error) {
	var h Hub
	if !id.Valid() {
		return h, core.NotFound()
	}
	err := idb.NewSelect().Model(&h).Where("hb.id = ?", id).Scan(ctx)
	return h, record.Found(err)
}

// Hub is a hub of an edition: an approved one that is open for everybody, any for its
// moderator and the staff; NotFound otherwise.
func (s *Service) Hub(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Hub, error) {
	return hubFor(ctx, s.rec.DB.Read, a, set, id)
}

func hubFor(ctx context.Context, idb bun.IDB, a core.Actor, set *editions.Setting, id core.ID) (Hub, error) {
	h, err := hubIn(ctx, idb, id)
	if err != nil {
		return h, err
	}
	if h.Edition != set.ID || !h.may(a, "see") {
		return Hub{}, core.NotFound()
	}
	return h, nil
}

// Hubs are the approved hubs of an edition to which anybody may come, by country and city.
func (s *Service) Hubs(ctx context.Context, edition core.ID) ([]Hub, error) {
	out := []Hub{}
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("hb.edition = ? AND hb.state = ? AND hb.open = TRUE", edition, GroupApproved).OrderExpr("hb.country, hb.city, hb.name, hb.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list hubs: %w", err)
	}
	return out, nil
}

// HubsFor are the hubs of an edition that the actor runs: her own, in any state, or all for
// the staff.
func (s *Service) HubsFor(ctx context.Context, a core.Actor, set *editions.Setting) ([]Hub, error) {
	if !a.SignedIn() && a.Program == "" {
		return nil, nil
	}
	var out []Hub
	q := s.rec.DB.Read.NewSelect().Model(&out).Where("hb.edition = ?", set.ID)
	if !groupsPolicy.Can("manage", "", a.Roles(set.Scope())...) {
		q = q.Where("hb.moderator = ?", a.Account)
	}
	if err := q.OrderExpr("hb.created, hb.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list hubs: %w", err)
	}
	return out, nil
}

// AskHub asks for a remote hub that the actor moderates; anybody who is signed in may. The
// staff decides it. Event: hub.asked.
func (s *Service) AskHub(ctx context.Context, a core.Actor, set *editions.Setting, in HubInput) (Hub, error) {
	if err := groupsPolicy.Check("ask", "", a.Roles(set.Scope())...); err != nil {
		return Hub{}, err
	}
	if _, err := s.Setting(ctx, a, set); err != nil {
		return Hub{}, err
	}
	if err := s.checkHub(&in); err != nil {
		return Hub{}, err
	}
	if err := s.enters.Allow("hub:" + string(a.Account)); err != nil {
		return Hub{}, err
	}
	var h Hub
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		h = Hub{ID: tx.NewID(), Edition: set.ID, Moderator: a.Account, State: GroupAsked, Created: tx.Now, Version: 1}
		h.fill(in)
		if _, err := tx.NewInsert().Model(&h).Exec(ctx); err != nil {
			return fmt.Errorf("ask for hub: %w", err)
		}
		tx.Append("hub.asked", h.ID, Scope(set.ID), record.Internal, nil)
		return nil
	})
	return h, err
}

// changeHub does one thing with a hub, for who may.
func (s *Service) changeHub(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64, action string,
	fn func(ctx context.Context, tx *record.Tx, h *Hub) error,
) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		h, err := hubFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := hubPolicy.Check(action, h.policyState(), h.roles(a)...); err != nil {
			return err
		}
		if h.Version != version {
			return core.Stale(h.input())
		}
		if err := fn(ctx, tx, &h); err != nil {
			return err
		}
		h.Version++
		stale, err := record.Once(tx.NewUpdate().Model(&h).WherePK().Where("version = ?", version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, h.input())
		}
		return nil
	})
}

// hubScope is the scope of what everybody sees change: the list of hubs is read with it.
func hubScope(edition core.ID) string { return string(edition) + "/hubs" }

// EditHub changes what is said of a hub: its moderator and the staff may. Event: hub.changed.
func (s *Service) EditHub(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in HubInput) error {
	if err := s.checkHub(&in); err != nil {
		return err
	}
	return s.changeHub(ctx, a, set, id, in.Version, "edit", func(_ context.Context, tx *record.Tx, h *Hub) error {
		h.fill(in)
		tx.Append("hub.changed", h.ID, hubScope(set.ID), record.Internal, nil)
		return nil
	})
}

// DecideHub approves or declines a hub (staff); a decline has a reason. Its moderator hears
// it by mail. Events: hub.approved, .declined.
func (s *Service) DecideHub(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in HubDecision) error {
	in.Reason = in.Reason.Clean()
	p := core.Validate(in)
	if in.State != GroupApproved && in.State != GroupDeclined && in.State != "" {
		p.Add("state", "participation.error.choice")
	}
	if in.State == GroupDeclined && in.Reason.IsZero() {
		p.Add("reason", "form.required")
	}
	if p.Err() != nil {
		return p.Err()
	}
	h, err := s.Hub(ctx, a, set, id)
	if err != nil {
		return err
	}
	moderator, err := s.holder(ctx, h.Moderator)
	if err != nil {
		return err
	}
	return s.changeHub(ctx, a, set, id, in.Version, "decide", func(ctx context.Context, tx *record.Tx, h *Hub) error {
		h.State, h.Reason = in.State, in.Reason
		tx.Append("hub."+in.State, h.ID, hubScope(set.ID), record.Internal, nil)
		return s.tellModerator(ctx, tx, set, h, moderator, "hub_"+in.State)
	})
}

// CloseHub ends a hub; its moderator and the staff may. What it counted stays. Event:
// hub.closed.
func (s *Service) CloseHub(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) error {
	return s.changeHub(ctx, a, set, id, version, "close", func(_ context.Context, tx *record.Tx, h *Hub) error {
		h.State = GroupClosed
		tx.Append("hub.closed", h.ID, hubScope(set.ID), record.Internal, nil)
		return nil
	})
}

func (s *Service) tellModerator(ctx context.Context, tx *record.Tx, set *editions.Setting, h *Hub, to authn.Account, kind string) error {
	if to.Email == "" || to.Disabled {
		return nil
	}
	lang := mailLang(to.Lang)
	edition, _ := set.Name.In(lang)
	reason, _ := h.Reason.In(lang)
	if reason != "" {
		reason = quoteMail(reason)
	}
	path := "/hubs"
	if h.State == GroupApproved {
		path += "/" + string(h.ID) + "/desk"
	}
	m := mail.Message{ID: kind + "/" + string(h.ID) + "/" + strconv.FormatInt(h.Version, 10), Kind: "hub", To: to.Email, ToName: to.Name, Lang: lang}
	m.Subject, m.Text = s.Mail.Compose(lang, kind, "Name", to.Name, "Hub", h.Name, "Edition", edition, "Reason", reason, "URL", s.BaseURL+"/"+lang+set.Path()+path)
	return s.Mail.QueueTx(ctx, tx, m)
}

// HubPeople are those who said that they come to a hub: how many, and the names of those
// among the admitted who chose that their name may be shown.
func (s *Service) HubPeople(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (total int, names []string, err error) {
	h, err := s.Hub(ctx, a, set, id)
	if err != nil {
		return 0, nil, err
	}
	if !h.may(a, "count") {
		return 0, nil, core.NotFound()
	}
	var list []struct {
		State string `bun:"state"`
		Name  string `bun:"name"`
		Show  bool   `bun:"show_name"`
	}
	err = s.rec.DB.Read.NewSelect().TableExpr("registrations AS rg").ColumnExpr("rg.state, CASE WHEN rg.show_name = TRUE THEN rg.name ELSE '' END AS name, rg.show_name").
		Where("rg.edition = ? AND rg.hub = ? AND rg.state IN (?)", set.ID, id, bun.List(memberStates)).OrderExpr("rg.name_key, rg.id").Scan(ctx, &list)
	if err != nil {
		return 0, nil, fmt.Errorf("list who comes to hub: %w", err)
	}
	for _, r := range list {
		if r.Show && slices.Contains(Admitted, r.State) {
			names = append(names, r.Name)
		}
	}
	return len(list), names, nil
}

// HubCounts are the heads that a hub counted, by day and session; its moderator and the
// staff see them.
func (s *Service) HubCounts(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) ([]HubCount, error) {
	h, err := s.Hub(ctx, a, set, id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(h.roles(a), core.RoleCoordinator) && !groupsPolicy.Can("manage", "", h.roles(a)...) {
		return nil, core.NotFound()
	}
	var out []HubCount
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("hc.hub = ?", id).OrderExpr("hc.day, hc.session").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list counts of hub: %w", err)
	}
	return out, nil
}

// HubSessions are the sessions that a hub can count heads in: those in the public programme,
// of a day or of all.
func (s *Service) HubSessions(ctx context.Context, set *editions.Setting, day string) ([]programme.Brief, error) {
	list, err := s.Programme.Chosen(ctx, core.Visitor, set, url.Values{})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list), func(b programme.Brief) bool {
		return day != "" && b.Day != day || b.State != programme.StateScheduled || b.InvitedOnly
	}), nil
}

// SetHubCount says how many heads a hub counted on a day, or in one of its sessions; the
// last word counts, the history keeps those before. Its moderator may, and the staff, from
// that day on. Event: hub.counted with the number before and after.
func (s *Service) SetHubCount(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, day string, session core.ID, heads int) error {
	var p core.Problems
	if heads < 0 || heads > mostHeads {
		p.Add("heads", "participation.hub.error.heads", "Count", mostHeads)
	}
	at, err := time.ParseInLocation(time.DateOnly, day, core.Zone(set.Zone))
	switch {
	case err != nil || !slices.ContainsFunc(set.Days(), func(d editions.Day) bool { return d.Date == day }):
		p.Add("day", "participation.hub.error.day")
	case core.At(at).After(s.rec.Clock.Instant()):
		p.Add("day", "participation.hub.error.early")
	case session != "":
		list, err := s.HubSessions(ctx, set, day)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(b programme.Brief) bool { return b.ID == session }) {
			p.Add("session", "participation.error.choice")
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		h, err := hubFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := hubPolicy.Check("count", h.policyState(), h.roles(a)...); err != nil {
			return err
		}
		if p.Err() != nil {
			return p.Err()
		}
		was := HubCount{}
		err = tx.NewSelect().Model(&was).Where("hc.hub = ? AND hc.day = ? AND hc.session = ?", id, day, session).Scan(ctx)
		if err = record.Found(err); err != nil && core.KindOf(err) != core.KindNotFound {
			return fmt.Errorf("look for count: %w", err)
		}
		known := err == nil
		if known && was.Heads == heads {
			return nil
		}
		row := HubCount{Hub: id, Day: day, Session: session, Heads: heads, At: tx.Now, Account: a.Account}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (hub, day, session) DO UPDATE").Set("heads = EXCLUDED.heads, at = EXCLUDED.at, account = EXCLUDED.account").Exec(ctx); err != nil {
			return fmt.Errorf("set count: %w", err)
		}
		change := record.Change{After: heads}
		if known {
			change.Before = was.Heads
		}
		tx.Append("hub.counted", id, Scope(set.ID), record.Internal, record.Data{"label": day, "session": session, "changes": map[string]record.Change{"heads": change}})
		return nil
	})
}
