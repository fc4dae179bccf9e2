package support

import (
	"cmp"
	"slices"

	"plenary/internal/core"
)

// Balance is the money of a programme as it stands.
type Balance struct {
	Budget  Money  `json:"budget"`
	Ledger  Totals `json:"ledger"`
	Offered Money  `json:"offered" doc:"offered and not answered"`
	Chosen  Money  `json:"-"` // prepared, and not published
}

// Left is what is neither used, nor offered, nor prepared.
func (b Balance) Left() Money { return b.Budget - b.Ledger.Used - b.Offered - b.Chosen }

// Choice is what a plan gives an application.
type Choice struct {
	ID      core.ID
	Choice  string
	Amount  Money
	ByHand  bool // somebody has chosen so, with a reason
	OnEdge  bool // another with the same place has not got what this has, or the other way round
	Ordinal int  // in the order of the ranking
}

// grantOf is what an application would be given: what she asks, up to the most for one.
func grantOf(most Money, x *Application) Money {
	if most > 0 && (x.Asked == 0 || x.Asked > most) {
		return most
	}
	return x.Asked
}

// plan chooses by rank as long as the money lasts: the first for whom it does not suffice
// waits, and all after her. What somebody chose by hand, with a reason, stays and is paid
// for first. Applications without a place wait.
func plan(list []Application, money, most Money) []Choice {
	rows := slices.Clone(list)
	slices.SortStableFunc(rows, byPlace)
	left := money
	for _, x := range rows {
		if x.Because != "" && x.Choice == ChoiceOffer {
			left -= x.Amount
		}
	}
	var out []Choice
	full := false
	for i, x := range rows {
		c := Choice{ID: x.ID, Choice: ChoiceWait, Ordinal: i}
		switch amount := grantOf(most, &x); {
		case x.Because != "" && x.Choice != "":
			c.Choice, c.Amount, c.ByHand = x.Choice, x.Amount, true
		case full || x.Place == 0 || amount <= 0 || amount > left:
			full = true
		default:
			c.Choice, c.Amount = ChoiceOffer, amount
			left -= amount
		}
		out = append(out, c)
	}
	for i := range out {
		for j := range out {
			if rows[i].Place != 0 && rows[i].Place == rows[j].Place && !out[i].ByHand && !out[j].ByHand && out[i].Choice != out[j].Choice {
				out[i].OnEdge = true
			}
		}
	}
	return out
}

// byPlace orders by the ranking; who has no place comes last.
func byPlace(a, b Application) int {
	if (a.Place == 0) != (b.Place == 0) {
		if a.Place == 0 {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Number, b.Number))
}

// Side is one view of who is supported: how many of all and how many with an offer, by code.
type Side struct {
	Key  string
	Rows []SideRow
}

// SideRow is one value of a Side.
type SideRow struct {
	Code       string
	All, Taken int
}

// Sides are the views of a balance. A country may be in several classes: their sum is not
// the number of people.
var sideKeys = []string{"class", "region", "group", "gender", "first_time"}

// sides counts applications and those that have, or would have, an offer.
func sides(list []Application, taken func(Application) bool) []Side {
	out := make([]Side, len(sideKeys))
	for i, key := range sideKeys {
		all, with := map[string]int{}, map[string]int{}
		for _, x := range list {
			for _, code := range codesOf(key, &x) {
				all[code]++
				if taken(x) {
					with[code]++
				}
			}
		}
		out[i].Key = key
		for code, n := range all {
			out[i].Rows = append(out[i].Rows, SideRow{code, n, with[code]})
		}
		slices.SortFunc(out[i].Rows, func(a, b SideRow) int { return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(a.Code, b.Code)) })
	}
	return out
}

func codesOf(key string, x *Application) []string {
	switch key {
	case "class":
		if len(x.Classes) == 0 {
			return []string{""}
		}
		return x.Classes
	case "region":
		return []string{x.Region}
	case "group":
		return []string{x.Stakeholder}
	case "gender":
		return []string{x.Gender()}
	}
	return []string{x.FirstTime}
}

// Gender is the code of what she states of herself: woman, or nothing.
func (x *Application) Gender() string {
	if slices.Contains(x.Stated, "woman") {
		return "woman"
	}
	return ""
}
