package timetable

// Rule is one thing that can be wrong with a timetable. String gives its slug, which is
// what databases and catalogues hold.
type Rule int

// The rules, with what the Amount of a finding counts. Where two sessions are concerned,
// Session is the one that starts first.
const (
	RuleRoomTwice         Rule = iota // minutes that two sessions overlap in one room; not in informal rooms, not between posters
	RuleRoomClosed                    // minutes in which the room is not open
	RuleRoomSmall                     // people beyond the room's capacity: expected ones, or seats that the type needs
	RuleRoomServices                  // services that the room lacks
	RuleRoomChangeover                // minutes that lack for the room's changeover; not in informal rooms
	RuleRoomWrong                     // 1: a room that is not one of the session's
	RulePersonTwice                   // minutes that a person has to be in two sessions
	RuleOrganisationTwice             // the same of an organisation
	RuleTravelShort                   // minutes that an actor lacks to get from one venue to the other
	RulePersonAway                    // minutes in which an actor is away
	RuleMainParallel                  // minutes that two main sessions overlap
	RuleMainBeside                    // minutes that another session overlaps a main session
	RuleMainHall                      // 1: a main session outside a hall
	RuleGapShort                      // minutes that lack of the smaller gap of two sessions in one room
	RuleThemeParallel                 // 1: two sessions of one theme overlap
	RuleTrackParallel                 // tracks that two overlapping sessions have in common
	RuleAlikeParallel                 // percent to which two overlapping sessions are alike
	RuleOrder                         // minutes that B (Other) is too early after A (Session)
	RuleSameDay                       // 1: A and B are on different days
	RuleAdjacent                      // minutes that lie between A and B beyond the allowed, or that they overlap; at most 480
	RuleApart                         // minutes that lack between A and B
	RuleSameRoom                      // 1: A and B are in different rooms
	RuleWindow                        // minutes outside of the session's windows; all of them on a day that is not the session's
	RuleOutsideDay                    // minutes outside of the days
	RuleInBreak                       // minutes in a break
	RuleNight                         // burden of the remote speakers, each: 2 if the session touches red hours, 1 if only yellow ones
	RuleDayFull                       // sessions of an actor beyond the most on one day; Session is the last of them
	RuleWishTime                      // 1: not within a wished for time
	RuleWishRoom                      // 1: in no wished for room
	RuleUnplaced                      // 1: the session is not placed
	RuleMoved                         // 1: the session is not where it was; only the optimiser counts it (Options.KeepClose)
	ruleCount
)

var slugs = [ruleCount]string{
	"room-twice", "room-closed", "room-small", "room-services", "room-changeover", "room-wrong",
	"person-twice", "organisation-twice", "travel-short", "person-away",
	"main-parallel", "main-beside", "main-hall", "gap-short",
	"theme-parallel", "track-parallel", "alike-parallel",
	"order", "same-day", "adjacent", "apart", "same-room",
	"window", "outside-day", "in-break", "night", "day-full",
	"wish-time", "wish-room", "unplaced", "moved",
}

// String is the slug: stable, and made of small letters and hyphens.
func (r Rule) String() string {
	if r < 0 || r >= ruleCount {
		return "unknown"
	}
	return slugs[r]
}

// ParseRule finds a rule by its slug.
func ParseRule(slug string) (Rule, bool) {
	for r, s := range slugs {
		if s == slug {
			return Rule(r), true
		}
	}
	return 0, false
}

// AllRules are all rules in their order.
func AllRules() []Rule {
	out := make([]Rule, ruleCount)
	for i := range out {
		out[i] = Rule(i)
	}
	return out
}

// Level is how seriously a rule is taken.
type Level int

// Levels: an ignored rule is not looked at; one that warns counts in Result.Cost; one that
// blocks must not be broken, and no number of warnings outweighs it.
const (
	Ignore Level = iota
	Warn
	Block
)

var levels = [...]string{"ignore", "warn", "block"}

// String is the level's slug.
func (l Level) String() string {
	if l < Ignore || l > Block {
		return "unknown"
	}
	return levels[l]
}

// ParseLevel finds a level by its slug.
func ParseLevel(slug string) (Level, bool) {
	for l, s := range levels {
		if s == slug {
			return Level(l), true
		}
	}
	return Ignore, false
}

// Setting is how a rule is applied.
type Setting struct {
	Level  Level
	Weight int // what one unit of the amount costs while the rule warns; where it blocks, it is of no account
	Limit  int // RuleDayFull: the most sessions of a person a day, 0 for none; others have no limit
}

// Rules are the settings of all rules, by rule.
type Rules [ruleCount]Setting

// DefaultRules suit a forum of the kind of the IGF: nobody is in two rooms at once, main
// sessions follow each other in a hall, and themes, wishes and nights are weighed against
// each other.
func DefaultRules() Rules {
	return Rules{
		RuleRoomTwice:         {Level: Block, Weight: 10},
		RuleRoomClosed:        {Level: Block, Weight: 10},
		RuleRoomSmall:         {Level: Warn, Weight: 1},
		RuleRoomServices:      {Level: Block, Weight: 100},
		RuleRoomChangeover:    {Level: Block, Weight: 5},
		RuleRoomWrong:         {Level: Block, Weight: 100},
		RulePersonTwice:       {Level: Block, Weight: 10},
		RuleOrganisationTwice: {Level: Block, Weight: 5},
		RuleTravelShort:       {Level: Block, Weight: 5},
		RulePersonAway:        {Level: Block, Weight: 5},
		RuleMainParallel:      {Level: Block, Weight: 10},
		RuleMainBeside:        {Level: Ignore, Weight: 1},
		RuleMainHall:          {Level: Block, Weight: 200},
		RuleGapShort:          {Level: Block, Weight: 5},
		RuleThemeParallel:     {Level: Warn, Weight: 20},
		RuleTrackParallel:     {Level: Warn, Weight: 5},
		RuleAlikeParallel:     {Level: Warn, Weight: 1},
		RuleOrder:             {Level: Block, Weight: 2},
		RuleSameDay:           {Level: Block, Weight: 100},
		RuleAdjacent:          {Level: Block, Weight: 2},
		RuleApart:             {Level: Block, Weight: 5},
		RuleSameRoom:          {Level: Block, Weight: 50},
		RuleWindow:            {Level: Block, Weight: 10},
		RuleOutsideDay:        {Level: Block, Weight: 10},
		RuleInBreak:           {Level: Block, Weight: 5},
		RuleNight:             {Level: Warn, Weight: 15},
		RuleDayFull:           {Level: Warn, Weight: 30, Limit: 3},
		RuleWishTime:          {Level: Warn, Weight: 15},
		RuleWishRoom:          {Level: Warn, Weight: 5},
		RuleUnplaced:          {Level: Block, Weight: 1000},
		RuleMoved:             {Level: Warn, Weight: 10},
	}
}
