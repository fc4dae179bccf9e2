package bodies

import "slices"

// Kind is a sort of body. Its name and what it is stand in the catalogue under
// "bodies.kind.CODE", ".plural" and ".what".
type Kind struct {
	Code string // "dynamic-coalition"
	Path string // part of the permanent address: "dynamic-coalitions"
	// Family gathers kinds that are listed and counted together; empty for the others.
	Family string
	// Appointed says that seats come by appointment: officers cannot add members.
	Appointed bool
	// Section is the heading under which the overview shows the kind: "steering",
	// "work", "initiatives" or "networks".
	Section string
	// Yearly says that work is dated by the years in which it went on, not by a
	// founding day (E173: a best practice forum is one issue for a time).
	Yearly bool
}

// Initiative is the family of national, regional, subregional and youth initiatives:
// public totals count all of them together.
const Initiative = "initiative"

// Kinds are all kinds in the order in which they are shown.
var Kinds = []Kind{
	{Code: "advisory-group", Path: "advisory-groups", Section: "steering", Appointed: true},
	{Code: "leadership-panel", Path: "leadership-panels", Section: "steering", Appointed: true},
	{Code: "secretariat", Path: "secretariats", Section: "steering", Appointed: true},
	{Code: "working-group", Path: "working-groups", Section: "steering"},
	{Code: "drafting-team", Path: "drafting-teams", Section: "steering"},
	{Code: "dynamic-coalition", Path: "dynamic-coalitions", Section: "work"},
	{Code: "best-practice-forum", Path: "best-practice-forums", Section: "work", Yearly: true},
	{Code: "policy-network", Path: "policy-networks", Section: "work", Yearly: true},
	{Code: "intersessional-activity", Path: "intersessional-activities", Section: "work", Yearly: true},
	{Code: "national-initiative", Path: "national-initiatives", Section: "initiatives", Family: Initiative},
	{Code: "regional-initiative", Path: "regional-initiatives", Section: "initiatives", Family: Initiative},
	{Code: "subregional-initiative", Path: "subregional-initiatives", Section: "initiatives", Family: Initiative},
	{Code: "youth-initiative", Path: "youth-initiatives", Section: "initiatives", Family: Initiative},
	{Code: "track", Path: "tracks", Section: "networks", Yearly: true},
	{Code: "network", Path: "networks", Section: "networks"},
	{Code: "school", Path: "schools", Section: "networks"},
}

// initiatives is the family as a list of its own: /community/initiatives.
var initiatives = Kind{Code: Initiative, Path: "initiatives", Section: "initiatives", Family: Initiative}

// KindOf returns the kind with that code; ok is false for a code that is none.
func KindOf(code string) (k Kind, ok bool) {
	return kindBy(func(k Kind) bool { return k.Code == code })
}

func kindBy(is func(Kind) bool) (Kind, bool) {
	if i := slices.IndexFunc(Kinds, is); i >= 0 {
		return Kinds[i], true
	}
	return Kind{}, false
}

// listOf returns the kind or family that has a list at that address.
func listOf(path string) (Kind, bool) {
	if path == initiatives.Path {
		return initiatives, true
	}
	return kindBy(func(k Kind) bool { return k.Path == path })
}

// codesOf returns the codes of the kinds behind a code: all of a family, or the one.
// Without a code all kinds are meant; an unknown code gives none.
func codesOf(code string) []string {
	var out []string
	for _, k := range Kinds {
		if code == "" || k.Code == code || k.Family != "" && k.Family == code {
			out = append(out, k.Code)
		}
	}
	return out
}

// isFamily tells whether the list holds more than one kind.
func (k Kind) isFamily() bool { return k.Code == Initiative }

// Statuses of a body. Unknown is said where no source tells: it is not the same as
// inactive.
const (
	Active   = "active"
	Inactive = "inactive"
	Unknown  = "unknown"
)

// Statuses are all of them in the order in which they are shown.
var Statuses = []string{Active, Inactive, Unknown}

// LinkKinds are what a link of a body may be: open lists and archives are what the
// common standards of the coalitions ask for (E170).
var LinkKinds = []string{"website", "mailing-list", "archive", "charter", "other"}

// Bounds say how a public total was worded.
var Bounds = []string{"", "more-than", "about"}
