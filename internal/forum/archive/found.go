package archive

import (
	"encoding/json"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// FoundSession is a session as the source describes it, and as somebody corrected it.
type FoundSession struct {
	Key         string           `json:"key,omitempty"`  // what it is called in the file of another program
	GUID        core.ID          `json:"guid,omitempty"` // becomes its id, where nothing else has it
	Title       string           `json:"title"`
	ShortTitle  string           `json:"short_title,omitempty"`
	Reference   string           `json:"reference,omitempty"` // as written: "WS #184"
	Ref         string           `json:"ref,omitempty"`       // an address below the edition, from a file of this program
	Type        core.ID          `json:"type"`
	TypeWords   string           `json:"type_words,omitempty"`
	Description string           `json:"description,omitempty"`
	Agenda      string           `json:"agenda,omitempty"`
	Questions   []string         `json:"questions,omitempty"`
	Theme       string           `json:"theme,omitempty"`
	Room        string           `json:"room,omitempty"`
	RoomGUID    core.ID          `json:"room_guid,omitempty"` // of a new room, where nothing else has it
	Starts      core.Instant     `json:"starts"`
	Ends        core.Instant     `json:"ends"`
	Day         string           `json:"day,omitempty"`
	Format      string           `json:"format,omitempty"`
	Language    string           `json:"language,omitempty"`
	Tags        []string         `json:"tags,omitempty"`
	Links       []programme.Link `json:"links,omitempty"`
	Cancelled   bool             `json:"cancelled,omitempty"`
	Roles       []FoundRole      `json:"roles,omitempty"`
	Takeaways   int              `json:"takeaways,omitempty"` // how many it holds; they are staged apart
	Messages    int              `json:"messages,omitempty"`
}

// FoundRole gives the staged person or organisation at a position a role.
type FoundRole struct {
	Item int    `json:"item"`
	Role string `json:"role"`
	Note string `json:"note,omitempty"`
}

// FoundPerson is a person as the source names her.
type FoundPerson struct {
	Key          string             `json:"key,omitempty"`
	GUID         core.ID            `json:"guid,omitempty"`
	Raw          string             `json:"raw,omitempty"`
	Honorific    string             `json:"honorific,omitempty"`
	Name         string             `json:"name"`
	Given        string             `json:"given,omitempty"`
	Family       string             `json:"family,omitempty"`
	Bio          string             `json:"bio,omitempty"`
	Affiliations []FoundAffiliation `json:"affiliations,omitempty"`
	Day          string             `json:"day,omitempty"` // on which the affiliations were stated
}

// FoundAffiliation is a function of a person.
type FoundAffiliation struct {
	Title        string  `json:"title,omitempty"`
	Organisation string  `json:"organisation,omitempty"`
	Known        core.ID `json:"known,omitempty"` // the organisation of exactly this name
}

// FoundOrganisation is an organisation as the source names it.
type FoundOrganisation struct {
	Name string `json:"name"`
}

// FoundTakeaways are the takeaways and calls to action of the session at a position.
type FoundTakeaways struct {
	Session   int      `json:"session"`
	Takeaways []string `json:"takeaways,omitempty"`
	Calls     []string `json:"calls,omitempty"`
}

// FoundMessages are the Messages of the session at a position.
type FoundMessages struct {
	Session     int            `json:"session"`
	Messages    []FoundMessage `json:"messages"`
	Attribution string         `json:"attribution,omitempty"`
}

// FoundMessage is one Message with its lines.
type FoundMessage struct {
	Text  string `json:"text"`
	Place Spot   `json:"place"`
}

// FoundFigure is a figure about the edition, with the words around it.
type FoundFigure struct {
	Indicator string `json:"indicator"`
	Qualifier string `json:"qualifier,omitempty"`
	Amount    int    `json:"amount"`
	Words     string `json:"words"`
	Noun      string `json:"noun,omitempty"`
}

// FoundEdition is what the source says of the edition itself.
type FoundEdition struct {
	Ordinal  int    `json:"ordinal,omitempty"`
	Theme    string `json:"theme,omitempty"`
	City     string `json:"city,omitempty"`
	Host     string `json:"host,omitempty"`
	FirstDay string `json:"first_day,omitempty"`
	LastDay  string `json:"last_day,omitempty"`
	DayZero  string `json:"day_zero,omitempty"`
	reckoned bool   // its days are only those of the sessions
}

// into reads the found part of a staged thing.
func (st Staged) into(v any) error {
	if err := json.Unmarshal(st.Found, v); err != nil {
		return fmt.Errorf("read staged %s %d: %w", st.Kind, st.Position, err)
	}
	return nil
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a found %T does not marshal: %v", v, err)) // a mistake in the program
	}
	return b
}

// Session is the found part of a staged session.
func (st Staged) Session() (s FoundSession, err error) {
	err = st.into(&s)
	return s, err
}

// taken tells whether a change of that field is to be made.
func (st Staged) taken(field string) bool {
	for _, c := range st.Changes {
		if c.Field == field {
			return c.Take
		}
	}
	return false
}

// adds tells whether applying the thing would change anything.
func (st Staged) adds() bool {
	switch st.Choice {
	case ChoiceNew:
		return st.Kind != KindPerson && st.Kind != KindOrganisation // they come with their sessions
	case ChoiceLink:
		for _, c := range st.Changes {
			if c.Take {
				return true
			}
		}
	}
	return false
}
