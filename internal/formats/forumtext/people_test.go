package forumtext

import (
	"strings"
	"testing"
)

// printPerson writes a person as "Honorific | Name | Title, Unit @ Organisation; Title @ [Body]".
func printPerson(p Person) string {
	var out []string
	for _, a := range p.Affiliations {
		org, title := a.Organisation, a.Title
		if a.Body {
			org = "[" + org + "]"
		}
		if a.Unit != "" {
			title += ", " + a.Unit
		}
		if org != "" {
			org = "@ " + org
		}
		out = append(out, strings.TrimSpace(title+" "+org))
	}
	return p.Honorific + " | " + p.Name + " | " + strings.Join(out, "; ")
}

// E026, E046, E193: honorific, name, titles, units, organisations and seats on one line.
func TestParsePerson(t *testing.T) {
	tests := []struct{ line, want string }{
		{"Dr. Ilka Vantreel, Keeper of Manuscripts, Lorvanian Weather Archive and Marenza University Department of Hydrology", "Dr. | Ilka Vantreel | Keeper of Manuscripts @ Lorvanian Weather Archive and Marenza University Department of Hydrology"},
		{"Ilka Vantreel, Water Lead, Gauge Foundation and Marenza University Department of Hydrology", " | Ilka Vantreel | Water Lead @ Gauge Foundation; @ Marenza University Department of Hydrology"},
		{"Prof. T. Orwen Maskalle, Director, Institute of River Law, University of Pell", "Prof. | T. Orwen Maskalle | Director, Institute of River Law @ University of Pell"},
		{"'Anselu Kpodovi, Executive Director, Open Gauge Initiative and member of the OWF Stewards Panel", " | 'Anselu Kpodovi | Executive Director @ Open Gauge Initiative; member @ [OWF Stewards Panel]"},
		{"Dr. Benno Tarquilla, PAG Member", "Dr. | Benno Tarquilla | Member @ [PAG]"},
		{"Benno Tarquilla, Co-Chair, Working Group on Small Rivers", " | Benno Tarquilla | Co-Chair @ Working Group on Small Rivers"},
		{"Benno Tarquilla, Co-Chair of the Working Group on Small Rivers", " | Benno Tarquilla | Co-Chair @ [Working Group on Small Rivers]"},
		{"H.E. Ms. Odalys Brantegui, Minister of Water, Lorvania", "H.E. Ms. | Odalys Brantegui | Minister of Water @ Lorvania"},
		{"Odalys Brantegui, Minister of Water and Forests", " | Odalys Brantegui | Minister of Water and Forests"},
		{"Jorun van der Tessel, Head of Metering, Pell Utilities; Chair of the Small Utilities Network", " | Jorun van der Tessel | Head of Metering @ Pell Utilities; Chair @ [Small Utilities Network]"},
		{"Noor Eskelund – Delta Farmers' Union", " | Noor Eskelund | @ Delta Farmers' Union"},
		{"Noor Eskelund (Delta Farmers' Union)", " | Noor Eskelund | @ Delta Farmers' Union"},
		{"Noor Eskelund, Founder, Well Lab and Director, Rain Archive", " | Noor Eskelund | Founder @ Well Lab; Director @ Rain Archive"},
		{"Noor Eskelund, Researcher at the Institute for Deltas", " | Noor Eskelund | Researcher @ Institute for Deltas"},
		{"Noor Eskelund, Centre for Media and Civil Society", " | Noor Eskelund | @ Centre for Media and Civil Society"},
		{"Noor Eskelund, Ministry of Education and Science, Lorvania", " | Noor Eskelund | @ Ministry of Education and Science, Lorvania"},
		{"Samuel Oake, Jr., PhD, Engineer, Pell Utilities", " | Samuel Oake, Jr. | Engineer @ Pell Utilities"},
		{"M. L. Castavoy (online)", " | M. L. Castavoy | "},
		{"M. Castavoy, Pell Utilities", "M. | Castavoy | @ Pell Utilities"},
		{"张伟，主任，水务局", " | 张伟 | @ 主任, 水务局"},
		{"", " |  | "},
		{", ; and", " |  | @ and"},
	}
	for _, tt := range tests {
		p := ParsePerson(tt.line)
		equal(t, tt.line, printPerson(p), tt.want)
		equal(t, "raw", p.Raw, tt.line)
	}
}

// Given and family names come from the line's own signs, never from the order.
func TestGivenFamily(t *testing.T) {
	tests := []struct{ name, given, family string }{
		{"Odalys BRANTEGUI", "Odalys", "Brantegui"},
		{"BRANTEGUI-KANE Odalys", "Odalys", "Brantegui-Kane"},
		{"T. Orwen Maskalle", "T. Orwen", "Maskalle"},
		{"Tomas O. Maskalle", "Tomas O.", "Maskalle"},
		{"Jorun van der Tessel", "Jorun", "van der Tessel"},
		{"Noor Eskelund", "", ""},
		{"Ana Sofia Quil Marte", "", ""},
		{"Pelle", "", ""},
	}
	for _, tt := range tests {
		given, family := givenFamily(tt.name)
		equal(t, tt.name, given+"|"+family, tt.given+"|"+tt.family)
	}
}

// E044, E046: roles and groups stated on the line.
func TestPersonRoles(t *testing.T) {
	tests := []struct{ line, name, role, group, region string }{
		{"Moderator: Tilde Amsrud, Marenza University", "Tilde Amsrud", "Moderator", "", ""},
		{"Tilde Amsrud, Marenza University (Online Moderator)", "Tilde Amsrud", "Online Moderator", "", ""},
		{"Sefu Adomakwe, Civil Society, African Group", "Sefu Adomakwe", "", "Civil Society", "African Group"},
		{"Sefu Adomakwe, Intergovernmental Organization", "Sefu Adomakwe", "", "Intergovernmental Organization", ""},
	}
	for _, tt := range tests {
		p := ParsePerson(tt.line)
		equal(t, tt.line, p.Name+"|"+p.RoleStated+"|"+p.Group+"|"+p.Region, tt.name+"|"+tt.role+"|"+tt.group+"|"+tt.region)
	}
}

// An agenda's items are not taken for people.
func TestLooksLikePerson(t *testing.T) {
	for _, line := range []string{
		"Dr. Ilka Vantreel", "Ilka Vantreel, Archive", "'Anselu Kpodovi, Open Gauge", "Ilka Vantreel (Archive)", "Jorun van der Tessel – Pell",
	} {
		equal(t, line, looksLikePerson(line), true)
	}
	for _, line := range []string{
		"Opening remarks, five minutes", "Welcome Address, Host", "Questions and Answers, all", "What is next, and when?",
		"Ilka", "Round Table - Circle - 90 Min", "Discussion (30 min)", "Water is life, as they say. It is more.", "the chair, of course",
	} {
		equal(t, line, looksLikePerson(line), false)
	}
}
