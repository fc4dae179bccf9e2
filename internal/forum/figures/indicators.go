package figures

import "slices"

// Indicator is something that is counted in the same way for each edition. Its name, its
// definition and what it does not count stand in the catalogue under figures.of.CODE.
type Indicator struct {
	Code string `json:"code"`
	Part string `json:"-"`
	Unit string `json:"unit" enum:"people,countries,sessions,proposals,organisations,texts,visits"`
	// Query names the question that the record is asked; the rows that count are chosen
	// from its answer as the definition says.
	Query string   `json:"query"`
	By    []string `json:"breakdowns"`
	// Said is how others' figures of the same thing are called: in imported facts and
	// among the figures of the edition.
	Said string `json:"-"`
	// Key figures stand at the head of pages.
	Key bool `json:"key,omitempty"`

	reckon func(x *facts) outcome
}

var (
	ofPeople  = []string{ByGroup, ByRegion, ByClass, ByGender, ByFirst, ByYouth}
	ofNations = append([]string{ByCountry}, ofPeople...)
)

// Indicators are all indicators in the order in which they are shown.
var Indicators = []Indicator{
	{Code: "registered", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofNations, Said: "registered", reckon: persons(popRegistered)},
	{Code: "approved", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofPeople, reckon: persons(popApproved)},
	{Code: "badges", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofNations, Key: true, reckon: persons(popBadges)},
	{Code: "attended", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofNations, Said: "participants-total", Key: true, reckon: persons(popAttended)},
	{Code: "attended-onsite", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofPeople, Said: "participants-onsite", reckon: persons(popOnsite)},
	{Code: "attended-online", Part: PartPeople, Unit: UnitPeople, Query: "people", By: ofPeople, Said: "participants-online", reckon: persons(popOnline)},
	{Code: "attended-hubs", Part: PartPeople, Unit: UnitPeople, Query: "people", reckon: hubs},
	{Code: "attended-without-day-zero", Part: PartPeople, Unit: UnitPeople, Query: "attendance", reckon: withoutDayZero},
	{Code: "hub-heads", Part: PartPeople, Unit: UnitPeople, Query: "hub-heads", reckon: hubHeads},

	{Code: "countries", Part: PartPresence, Unit: UnitCountries, Query: "people", Said: "countries", Key: true, reckon: countriesOf(popPresent, anybody)},
	{Code: "countries-registered", Part: PartPresence, Unit: UnitCountries, Query: "people", reckon: countriesOf(popRegistered, anybody)},
	{Code: "governments-onsite", Part: PartPresence, Unit: UnitCountries, Query: "people", Said: "governments-onsite", reckon: countriesOf(popInPlace, ofGovernment)},
	{Code: "high-level", Part: PartPresence, Unit: UnitPeople, Query: "people", Said: "experts", reckon: flagged("high-level")},
	{Code: "ministers", Part: PartPresence, Unit: UnitPeople, Query: "people", Said: "ministers", reckon: flagged("ministers")},
	{Code: "legislators", Part: PartPresence, Unit: UnitPeople, Query: "people", Said: "parliamentarians", reckon: flagged("legislators")},
	{Code: "legislators-countries", Part: PartPresence, Unit: UnitCountries, Query: "people", Said: "parliamentarians-countries", reckon: countriesOf(popPresent, ofParliament)},
	{Code: "media", Part: PartPresence, Unit: UnitPeople, Query: "people", reckon: flagged("media")},
	{Code: "grantees", Part: PartPresence, Unit: UnitPeople, Query: "grantees", By: []string{ByRegion, ByClass}, Said: "grants", reckon: grantees},

	{Code: "sessions", Part: PartProgramme, Unit: UnitSessions, Query: "sessions", By: []string{ByType, ByTheme, ByOrganiser, ByOrgCountry}, Said: "sessions", Key: true, reckon: sessions(true)},
	{Code: "sessions-without-day-zero", Part: PartProgramme, Unit: UnitSessions, Query: "sessions", By: []string{ByType, ByTheme}, reckon: sessions(false)},
	{Code: "government-sessions", Part: PartProgramme, Unit: UnitSessions, Query: "sessions", By: []string{ByOrgCountry}, reckon: governmentSessions},
	{Code: "session-attendance", Part: PartProgramme, Unit: UnitVisits, Query: "attendance", By: []string{BySession}, reckon: bestAttended},
	{Code: "proposals", Part: PartProgramme, Unit: UnitProposals, Query: "proposals", By: []string{ByType, ByTheme, ByOrganiser, ByOrgCountry}, Said: "proposals", reckon: proposalsOf},
	{Code: "speakers", Part: PartProgramme, Unit: UnitPeople, Query: "speakers", By: []string{ByGroup, ByRegion, ByGender}, Said: "speakers", reckon: speakers},
	{Code: "organisations", Part: PartProgramme, Unit: UnitOrganisations, Query: "organisations", By: []string{ByOrganiser}, Said: "organisations", reckon: organisationsOf("")},
	{Code: "un-entities", Part: PartProgramme, Unit: UnitOrganisations, Query: "organisations", By: []string{ByFirstOrg}, reckon: organisationsOf("igo")},

	{Code: "reports", Part: PartOutcomes, Unit: UnitTexts, Query: "texts", reckon: texts("report")},
	{Code: "messages", Part: PartOutcomes, Unit: UnitTexts, Query: "texts", reckon: texts("messages")},
}

// Find gives the indicator of a code.
func Find(code string) (Indicator, bool) {
	if i := slices.IndexFunc(Indicators, func(d Indicator) bool { return d.Code == code }); i >= 0 {
		return Indicators[i], true
	}
	return Indicator{}, false
}

// populations of registrations, each reckoned from its rows.
const (
	popRegistered = iota
	popApproved
	popBadges
	popInPlace // a badge collected, or seen in a room
	popOnsite
	popOnline
	popHubs
	popAttended // once, however she did
	popPresent  // attended, or collected a badge
	popCount
)
