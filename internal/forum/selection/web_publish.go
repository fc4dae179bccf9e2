package selection

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/web"
)

// Draft is what would be published now.
type Draft struct {
	*Board
	Counts    map[string]int // by choice
	Sessions  int            // that will be made
	Letters   map[string]int // by language
	Undecided int
	Over      []Quota // theme ids and how many sessions they would have, above the cap
	Stops     error   // what keeps it from being published; nil: nothing
}

// Draft gives what would be published now, without what a conflict keeps from the actor.
// Who runs the call may. Errors: SignIn, Forbidden, NotFound.
func (s *Service) Draft(ctx context.Context, a core.Actor, ref string) (Draft, error) {
	b, err := s.Board(ctx, a, ref, nil)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Board: b, Counts: map[string]int{}, Letters: map[string]int{}}
	if d.Stops = s.ready(ctx, s.rec.DB.Read, b, b.Digest); d.Stops != nil && core.KindOf(d.Stops) != core.KindConflict {
		return d, d.Stops
	}
	var list []proposals.Input
	var ids []core.ID
	for _, l := range b.Lines {
		if l.Outcome.Choice == "" {
			d.Undecided++
		}
		if !b.changes(l.Outcome) {
			continue
		}
		d.Counts[l.Outcome.Choice]++
		list, ids = append(list, b.facts[l.ID]), append(ids, l.ID)
	}
	links, err := linksOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return d, err
	}
	for _, l := range b.Lines {
		if l.Outcome.Choice == Accept && b.changes(l.Outcome) && links[l.ID].Session == "" && b.Call.Edition != "" && b.Call.Becomes != "" {
			d.Sessions++
		}
	}
	if b.Selection.Rules.Cap > 0 {
		for _, share := range b.Balance[0].Shares {
			if share.Code != "" && share.Taken > ThemeMost(b.inputs) {
				d.Over = append(d.Over, Quota{share.Code, share.Taken})
			}
		}
	}
	parties, err := s.Proposals.PartiesOf(ctx, ids)
	if err != nil {
		return d, err
	}
	to, err := s.addressees(ctx, list, parties)
	for _, who := range to {
		for _, x := range who {
			d.Letters[x.lang]++
		}
	}
	return d, err
}

type publishView struct {
	Head    head
	Notices []web.Notice
	Counts  []cell
	Facts   []cell
	Quotas  []quotaView
	Letters []cell
	Form    *web.Form
	Empty   *web.Empty
}

// publish shows what will be published, and publishes it.
func (w *Web) publish(c *web.C) error {
	ref := c.Param("ref")
	var in PublishInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var r Round
			if r, failed = w.s.Publish(c.Context(), c.Actor, ref, in); failed == nil {
				return c.Done(base(ref)+"/rounds/"+strconv.Itoa(r.Number), "selection.published", "Round", r.Number)
			}
		}
	}
	d, err := w.s.Draft(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	x, err := w.words(c, d.Call)
	if err != nil {
		return err
	}
	v := publishView{Head: w.head(c, d.Call, c.T("selection.tab.publish")), Quotas: quotasOf(x, d.Board)}
	for _, k := range Choices {
		if n := d.Counts[k]; n > 0 {
			v.Counts = append(v.Counts, cell{Label: c.T("selection.choice." + k), Value: strconv.Itoa(n)})
		}
	}
	letters := 0
	for _, lang := range core.Langs {
		if n := d.Letters[lang]; n > 0 {
			v.Letters = append(v.Letters, cell{Label: web.LangName[lang], Value: strconv.Itoa(n), Mark: lang})
			letters += n
		}
	}
	v.Facts = []cell{
		{Label: c.T("selection.sessions_made"), Value: strconv.Itoa(d.Sessions)},
		{Label: c.T("selection.letters_sent"), Value: strconv.Itoa(letters)},
		{Label: c.T("selection.undecided"), Value: strconv.Itoa(d.Undecided)},
	}
	for _, t := range d.Over {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T("selection.theme_over", "Theme", x.value(SideTheme, t.Type).S, "Taken", t.Places, "Most", ThemeMost(d.inputs))})
	}
	if d.Hidden > 0 {
		v.Notices = append(v.Notices, web.Notice{Class: "info", Icon: "lock", Text: c.T("selection.hidden", "Count", d.Hidden)})
	}
	in.Digest = d.Digest
	if c.R.Method == http.MethodPost {
		c.Retype("digest", d.Digest)
	} else {
		in.Body = string(d.Call.Body)
	}
	status := 0
	if d.Stops != nil && failed == nil {
		v.Empty = &web.Empty{Title: c.T("selection.cannot_publish"), Text: c.S.Catalog.Error(c.Lang, web.Classify(d.Stops))}
	} else {
		v.Form = c.Form("selection.publish_form", &in)
		bodies, err := w.s.Bodies.Options(c.Context(), c.Lang, "advisory-group", "secretariat", "initiative")
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(bodies, func(o web.Option) bool { return o.Value == in.Body }) {
			in.Body = ""
		}
		v.Form.Options("body", bodies)
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	}
	return w.page(c, d.Call, "publish", v.Head.Title, v, status)
}

// results are what a round says, in the order of the ranking.
func (s *Service) results(ctx context.Context, call core.ID, round int) ([]Decided, error) {
	var rows []Decided
	err := s.rec.DB.Read.NewSelect().Model(&rows).Where("sr.call = ? AND sr.round = ?", call, round).OrderExpr("CASE WHEN sr.place = 0 THEN 1 ELSE 0 END, sr.place, sr.proposal").Scan(ctx)
	return rows, wrap(err, "load round")
}

type roundRow struct {
	Title, By, At string
	URL           string
	Digest        string
}

type openRow struct {
	Number     int
	Title      web.TextView
	URL        string
	Conditions string
	Type       string
	Action     string
	Version    int64
}

type roundsView struct {
	Head       head
	Rounds     []roundRow
	Conditions []openRow
	Offers     []openRow
	Empty      *web.Empty
}

// rounds are what was published, and what is still to be answered.
func (w *Web) rounds(c *web.C) error {
	b, err := w.s.Board(c.Context(), c.Actor, c.Param("ref"), nil)
	if err != nil {
		return err
	}
	x, err := w.words(c, b.Call)
	if err != nil {
		return err
	}
	v := roundsView{Head: w.head(c, b.Call, c.T("selection.tab.rounds"))}
	for _, r := range b.Rounds {
		v.Rounds = append(v.Rounds, roundRow{Title: c.T("selection.round", "Number", r.Number), By: r.ByName, At: c.StampHere(r.At), URL: c.URL(roundPath(b.Call.Ref, r.Number)), Digest: r.Digest[:12]})
	}
	for _, l := range b.Lines {
		if l.Was == nil || l.Was.Answer != "" || l.Was.Choice != Condition && l.Was.Choice != Offer {
			continue
		}
		r := openRow{
			Number: l.Number, Title: titled(l.Title, l.Language), URL: c.URL(onePath(b.Call.Ref, l.Number)), Conditions: l.Was.Conditions, Type: x.kind(l.Was.Type),
			Action: c.URL(base(b.Call.Ref) + "/met/" + strconv.Itoa(l.Number)), Version: l.Was.Version,
		}
		if l.Was.Choice == Condition {
			v.Conditions = append(v.Conditions, r)
		} else {
			v.Offers = append(v.Offers, r)
		}
	}
	if len(v.Rounds) == 0 {
		v.Empty = &web.Empty{Title: c.T("selection.no_rounds"), Text: c.T("selection.no_rounds_text")}
	}
	return w.page(c, b.Call, "rounds", v.Head.Title, v, 0)
}

func roundPath(ref string, n int) string { return base(ref) + "/rounds/" + strconv.Itoa(n) }

// met says whether conditions are met.
func (w *Web) met(c *web.C) error {
	ref := c.Param("ref")
	version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // what is no version is stale
	if err := w.s.Meet(c.Context(), c.Actor, ref, numberOf(c, "number"), AnswerInput{Version: version, Yes: c.Value("yes") == "1"}); err != nil {
		return err
	}
	return c.Done(base(ref)+"/rounds", "selection.saved")
}

type resultRow struct {
	Place  string
	Number int
	Title  web.TextView
	URL    string
	Status web.Status
	Why    string
	Answer string
}

type roundView struct {
	Head head
	Same web.Notice
	Note web.TextView
	Rows []resultRow
	JSON string
}

// RoundFile is a round with all that it follows from, to be reckoned again elsewhere.
type RoundFile struct {
	Call string `json:"call"`
	Round
	Inputs  Inputs    `json:"inputs"`
	List    []Outcome `json:"list"`
	Same    bool      `json:"same" doc:"the same list follows from the inputs again"`
	LeftOut int       `json:"left_out,omitempty" doc:"proposals that a conflict keeps from the reader; the digest counts them"`
}

// RoundFile gives a round with its inputs and the list that follows from them. Rights and
// errors as of Rerun.
func (s *Service) RoundFile(ctx context.Context, a core.Actor, ref string, number int) (RoundFile, error) {
	r, list, same, err := s.Rerun(ctx, a, ref, number)
	if err != nil {
		return RoundFile{}, err
	}
	barred, err := s.Review.Barred(ctx, a, r.Call)
	return RoundFile{Call: ref, Round: r, Inputs: r.Inputs, List: list, Same: same, LeftOut: len(barred)}, err
}

// round is one round: the list as it was published, and whether it follows again.
func (w *Web) round(c *web.C) error {
	ref := c.Param("ref")
	text, file := strings.CutSuffix(c.Param("n"), ".json")
	n, err := strconv.Atoi(text)
	if err != nil {
		return core.NotFound()
	}
	r, err := w.s.RoundFile(c.Context(), c.Actor, ref, n)
	if err != nil {
		return err
	}
	if file {
		body, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return fmt.Errorf("write round: %w", err)
		}
		return c.File(web.File{Type: "application/json", Name: fmt.Sprintf("%s-round-%d.json", ref, n), Body: body})
	}
	b, err := w.s.Board(c.Context(), c.Actor, ref, nil)
	if err != nil {
		return err
	}
	x, err := w.words(c, b.Call)
	if err != nil {
		return err
	}
	rows, err := w.s.results(c.Context(), b.Call.ID, n)
	if err != nil {
		return err
	}
	v := roundView{Head: w.head(c, b.Call, c.T("selection.round", "Number", n)), Note: c.Text(r.Note), JSON: c.URL(roundPath(ref, n) + ".json")}
	v.Head.Facts = []string{c.T("selection.published_at", "Time", c.StampHere(r.At), "Who", r.ByName)}
	if r.Body != "" {
		if body, err := w.s.Bodies.Body(c.Context(), r.Body); err == nil {
			v.Head.Facts = append(v.Head.Facts, body.Label(c.Lang))
		}
	}
	v.Head.Actions = []web.Action{{Label: c.T("selection.round_json"), URL: v.JSON, Icon: "download"}}
	v.Same = web.Notice{Class: "success", Icon: "check", Text: c.T("selection.same", "Digest", r.Digest[:12])}
	if !r.Same {
		v.Same = web.Notice{Class: "error", Icon: "warning", Text: c.T("selection.not_same", "Digest", r.Digest[:12])}
	}
	v.Rows = roundRows(x, b, rows)
	return w.page(c, b.Call, "round", v.Head.Title, v, 0)
}

func roundRows(x words, b *Board, rows []Decided) []resultRow {
	out := []resultRow{}
	place := 0
	for _, d := range rows {
		f, ok := b.facts[d.Proposal]
		if b.barred[d.Proposal] {
			continue
		}
		r := resultRow{Place: "–", Number: f.Number, Title: titled(f.Title, f.Proposal.Lang), URL: x.c.URL(onePath(b.Call.Ref, f.Number)), Status: x.status(d.Choice, d.Type)}
		if !ok { // it was withdrawn since
			r.Title, r.URL = titled(x.c.T("selection.withdrawn"), x.c.Lang), ""
		}
		if d.Place > 0 {
			r.Place = strconv.Itoa(d.Place)
			if place++; len(b.barred) > 0 {
				r.Place = strconv.Itoa(place)
			}
		}
		key := "selection.why." + cmp.Or(d.Why, WhyHand)
		if d.Hand || d.Why == WhyHand {
			key = "selection.why.by_hand"
		}
		r.Why = x.c.T(key)
		if d.Answer != "" {
			r.Answer = x.c.T("selection.answer." + d.Answer)
		}
		out = append(out, r)
	}
	return out
}
