package selection

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// BoardLine is a proposal on the board, as files and the API give it.
type BoardLine struct {
	Number     int      `json:"number"`
	ID         core.ID  `json:"id"`
	Title      string   `json:"title"`
	Lang       string   `json:"lang"`
	State      string   `json:"state" doc:"of the proposal, as published"`
	Place      int      `json:"place,omitempty" doc:"on the ranked list"`
	Points     float64  `json:"points" doc:"the score by which the rules rank it"`
	Reviews    int      `json:"reviews" doc:"that count"`
	Assigned   int      `json:"assigned"`
	Mean       float64  `json:"mean"`
	Normalised float64  `json:"normalised"`
	SD         float64  `json:"sd"`
	Apart      bool     `json:"apart,omitempty" doc:"reviewers disagree"`
	Themes     []string `json:"themes"`
	Group      string   `json:"group,omitempty"`
	Region     string   `json:"region,omitempty"`
	Classes    []string `json:"classes"`
	Newcomer   bool     `json:"newcomer"`
	Alike      bool     `json:"alike,omitempty" doc:"it has a near-duplicate among the proposals"`
	Choice     string   `json:"choice,omitempty" doc:"what it would be if the board were published now"`
	Type       string   `json:"type,omitempty"`
	Into       core.ID  `json:"into,omitempty"`
	Why        string   `json:"why,omitempty" enum:"hand,best,room,cap,full,floor,few"`
	Tried      bool     `json:"tried,omitempty" doc:"only tried, by ?try="`
	Hand       *Choice  `json:"by_hand,omitempty" doc:"chosen and not published"`
	Published  *Decided `json:"published,omitempty"`
}

// BoardFile is the board, as files and the API give it.
type BoardFile struct {
	Call    string         `json:"call"`
	Rules   Rules          `json:"rules"`
	Digest  string         `json:"digest" doc:"names what would be published now"`
	Pending int            `json:"pending" doc:"outcomes that differ from what was published"`
	Hidden  int            `json:"hidden,omitempty" doc:"proposals that a conflict keeps from the reader: nothing here counts them"`
	Used    map[string]int `json:"used" doc:"sessions by type"`
	Balance []Side         `json:"balance"`
	Before  []Side         `json:"before,omitempty" doc:"the balance without what is tried"`
	Lines   []BoardLine    `json:"proposals"`
}

// File gives the board of a call with what is tried (as in the address of its page). Rights
// and errors as of Board; Invalid where something cannot be tried.
func (s *Service) File(ctx context.Context, a core.Actor, ref, try string) (BoardFile, error) {
	b, err := s.Board(ctx, a, ref, nil)
	if err != nil {
		return BoardFile{}, err
	}
	tries, lost := b.tries(try)
	if len(lost) > 0 {
		return BoardFile{}, core.Invalid("selection.lost", "List", strings.Join(lost, ", "))
	}
	b.Try(tries)
	same, err := s.alike(ctx, b)
	out := BoardFile{Call: b.Call.Ref, Rules: b.Selection.Rules, Digest: b.Digest, Pending: b.Pending, Hidden: b.Hidden, Used: b.Used, Balance: b.Balance, Lines: make([]BoardLine, 0, len(b.Lines))}
	if len(tries) > 0 {
		out.Before = b.Before
	}
	for _, l := range b.Lines {
		x := BoardLine{
			Number: l.Number, ID: l.ID, Title: l.Title, Lang: l.Language, State: l.State, Place: l.Outcome.Place, Points: l.Outcome.Points, Reviews: l.N, Assigned: l.Assigned,
			Mean: l.Mean, Normalised: l.Normalised, SD: l.Standing.SD, Apart: l.Standing.Apart(), Themes: []string{}, Group: l.Group, Region: l.Region, Classes: append([]string{}, l.Classes...),
			Newcomer: l.Newcomer, Alike: same[l.ID], Choice: l.Outcome.Choice, Type: l.Outcome.Type, Into: l.Outcome.Target, Why: l.Outcome.Why, Tried: l.Tried, Hand: l.Hand, Published: l.Was,
		}
		for _, t := range l.Themes {
			x.Themes = append(x.Themes, string(t))
		}
		b.keep(&x)
		out.Lines = append(out.Lines, x)
	}
	return out, err
}

// keep leaves out into what a proposal is merged where that is kept from the reader.
func (b *Board) keep(x *BoardLine) {
	if b.barred[x.Into] {
		x.Into = ""
	}
	if x.Hand != nil && b.barred[x.Hand.Target] {
		hand := *x.Hand
		hand.Target, x.Hand = "", &hand
	}
	if x.Published != nil && b.barred[x.Published.Target] {
		was := *x.Published
		was.Target, x.Published = "", &was
	}
}

// sheet is the board as a table; ?try= counts as on the page.
func (w *Web) sheet(c *web.C) error {
	b, err := w.s.File(c.Context(), c.Actor, c.Param("ref"), c.R.URL.Query().Get("try"))
	if err != nil {
		return err
	}
	call, err := w.s.Calls.Call(c.Context(), c.Actor, b.Call)
	if err != nil {
		return err
	}
	x, err := w.words(c, call)
	if err != nil {
		return err
	}
	rows := [][]string{{}}
	for _, k := range []string{"place", "number", "title", "lang", "theme", "group", "region", "class", "newcomer", "n", "assigned", "mean", "normalised", "sd", "points", "outcome", "why", "was"} {
		rows[0] = append(rows[0], c.T("selection.column."+k))
	}
	score := func(v float64, n int) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatFloat(v, 'f', 3, 64)
	}
	for _, l := range b.Lines {
		place, theme, why, was := "", "", l.Why, ""
		if l.Place > 0 {
			place = strconv.Itoa(l.Place)
		}
		if len(l.Themes) > 0 {
			theme = x.value(SideTheme, l.Themes[0]).S
		}
		var classes []string
		for _, code := range l.Classes {
			classes = append(classes, x.value(SideClass, code).S)
		}
		named := func(side, code string) string {
			if code == "" {
				return ""
			}
			return x.value(side, code).S
		}
		newcomer := x.value(SideNewcomer, "no").S
		if l.Newcomer {
			newcomer = x.value(SideNewcomer, "yes").S
		}
		if why != "" {
			if why == WhyHand {
				why = "by_hand"
			}
			why = c.T("selection.why." + why)
		}
		if l.Published != nil {
			was = x.choice(l.Published.Choice, l.Published.Type)
		}
		rows = append(rows, []string{
			place, strconv.Itoa(l.Number), l.Title, l.Lang, theme, named(SideGroup, l.Group), named(SideRegion, l.Region), strings.Join(classes, "; "), newcomer,
			strconv.Itoa(l.Reviews), strconv.Itoa(l.Assigned), score(l.Mean, l.Reviews), score(l.Normalised, l.Reviews), score(l.SD, max(0, l.Reviews-1)), score(l.Points, l.Reviews),
			x.choice(l.Choice, l.Type), why, was,
		})
	}
	if strings.HasSuffix(c.Path(), ".xlsx") {
		return c.XLSX(b.Call+"-board.xlsx", rows, 0, 1, 9, 10, 11, 12, 13, 14)
	}
	return c.CSV(rows)
}

// json is the board as a file.
func (w *Web) json(c *web.C) error {
	b, err := w.s.File(c.Context(), c.Actor, c.Param("ref"), c.R.URL.Query().Get("try"))
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("write board: %w", err)
	}
	return c.File(web.File{Type: "application/json", Name: b.Call + "-board.json", Body: body})
}
