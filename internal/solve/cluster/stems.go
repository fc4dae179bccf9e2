package cluster

// Stems are the words of a text by which it is compared, in their order: without endings
// and without those that say nothing. Words of one or two letters are not among them.
func Stems(lang, text string) []string {
	list := terms(lang, text)
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.stem
	}
	return out
}
