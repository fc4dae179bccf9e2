package core

// Flaw is something in the record that should not be: a source that leads nowhere, a
// file that is missing. `plenary check` prints them and fails when there is one.
type Flaw struct {
	Code    string `json:"code"`    // stable: "dangling-source"
	Subject ID     `json:"subject"` // the thing that has the flaw
	Where   string `json:"where"`   // address of a page where it shows, or the place in words
	Text    string `json:"text"`    // what is wrong, for the person who runs the program
}
