package demo

// judgement is what an invented reviewer writes, in her language: for proposers and the
// committee by how good she finds it, and why she gives a low mark, by criterion.
type judgement struct {
	proposer  [3][2]string // weak, fair, good
	committee [3]string
	why       [5]string
	remarks   [2]string
}

var judgements = map[string]judgement{
	"en": {
		proposer: [3][2]string{
			{"The subject matters, but I cannot see from the text what people would leave the room with. Try to end each part with one thing that is settled or one that is not.", "There is more here than one session can hold. Choose one of the three questions and drop the others."},
			{"A sound plan. Say who will speak against it: as it stands, everybody seems to agree before they begin.", "Good questions. The time for the room is short; I would halve the first round of statements."},
			{"Clear, modest in what it promises, and easy to follow from outside. I would gladly attend.", "The agenda leaves half of the time to those who listen, and the people online have a part of their own. Keep it so."},
		},
		committee: [3]string{"Could be merged with another on the same subject.", "I would take it if there is room.", "To be taken, in a large room."},
		why:       [5]string{"The questions can be answered by yes.", "Only the last part has to do with how the Internet is governed.", "Most of the text says why the subject is important, little what will be said.", "Five statements in a row are no discussion.", "All who speak come from the same part of the world."},
		remarks:   [2]string{"I was stricter than you on the format. If the room gets half of the time, I would go up by one.", "We read the third question differently. To me it is the only one that has not been asked before."},
	},
	"fr": {
		proposer: [3][2]string{
			{"Le sujet compte, mais le texte ne dit pas ce que l’on saura en sortant de la salle. Terminez chaque partie par un point acquis ou par un désaccord.", "C’est trop pour une seule session. Gardez une question sur trois."},
			{"Un plan solide. Dites qui portera la contradiction : tout le monde semble d’accord d’avance.", "De bonnes questions, mais peu de temps pour la salle. Je réduirais de moitié le premier tour."},
			{"Clair, mesuré dans ses promesses, facile à suivre à distance.", "La moitié du temps revient à la salle et les personnes en ligne ont leur propre place. À garder."},
		},
		committee: [3]string{"À rapprocher d’une autre proposition sur le même sujet.", "À retenir s’il reste de la place.", "À retenir, dans une grande salle."},
		why:       [5]string{"On peut répondre aux questions par oui.", "Seule la dernière partie touche à la gouvernance de l’Internet.", "Le texte dit pourquoi le sujet est important, peu ce qui sera dit.", "Cinq déclarations à la suite ne font pas une discussion.", "Toutes les personnes qui interviennent viennent de la même région."},
		remarks:   [2]string{"J’ai été plus sévère que vous sur le format. Si la salle a la moitié du temps, j’ajoute un point.", "Nous lisons la troisième question autrement : c’est pour moi la seule qui soit nouvelle."},
	},
	"es": {
		proposer: [3][2]string{
			{"El tema importa, pero no se ve con qué saldrá la gente de la sala. Cierren cada parte con algo acordado o con un desacuerdo.", "Hay demasiado para una sola sesión. Quédense con una de las tres preguntas."},
			{"Un plan sólido. Digan quién defenderá la postura contraria: todos parecen estar de acuerdo de antemano.", "Buenas preguntas, poco tiempo para la sala. Reduciría a la mitad la primera ronda."},
			{"Clara, prudente en lo que promete y fácil de seguir a distancia.", "La mitad del tiempo es de la sala y quienes están en línea tienen su propio espacio. Manténganlo así."},
		},
		committee: [3]string{"Podría unirse a otra sobre el mismo tema.", "La tomaría si queda sitio.", "Para aceptar, en una sala grande."},
		why:       [5]string{"Las preguntas se contestan con un sí.", "Solo la última parte trata de la gobernanza de Internet.", "El texto explica por qué importa el tema y poco de lo que se dirá.", "Cinco exposiciones seguidas no son un debate.", "Quienes hablan vienen todos de la misma región."},
		remarks:   [2]string{"Fui más estricta con el formato. Si la sala recibe la mitad del tiempo, subo un punto.", "Leemos de otra manera la tercera pregunta: para mí es la única nueva."},
	},
	"ru": {
		proposer: [3][2]string{
			{"Тема важна, но из текста не видно, с чем люди выйдут из зала. Завершайте каждую часть выводом или открытым спором.", "Для одного заседания здесь слишком много. Оставьте один вопрос из трёх."},
			{"План продуман. Укажите, кто будет возражать: пока кажется, что все согласны заранее.", "Вопросы хорошие, но залу отведено мало времени. Первый круг выступлений я бы сократил вдвое."},
			{"Ясно, без лишних обещаний, легко следить и издалека.", "Половина времени отдана залу, а у участников онлайн есть своя роль. Так и оставьте."},
		},
		committee: [3]string{"Можно объединить с другим предложением на ту же тему.", "Принял бы, если останется место.", "Принять, нужен большой зал."},
		why:       [5]string{"На вопросы можно ответить одним «да».", "К управлению Интернетом относится только последняя часть.", "Текст объясняет, почему тема важна, но не что будет сказано.", "Пять выступлений подряд — не обсуждение.", "Все выступающие из одного региона."},
		remarks:   [2]string{"За формат я поставил меньше, чем вы. Если залу дадут половину времени, прибавлю балл.", "Третий вопрос мы читаем по-разному: по-моему, только он и нов."},
	},
	"zh": {
		proposer: [3][2]string{
			{"议题重要，但看不出与会者离开会场时能得到什么。每一部分最好以一项共识或一处分歧收尾。", "内容超出了一场会议的容量。三个问题请只留一个。"},
			{"计划扎实。请说明由谁提出反对意见：目前看来大家一开始就都同意。", "问题提得好，但留给现场的时间太少。第一轮发言可减半。"},
			{"条理清楚，承诺适度，远程参与者也容易跟上。", "一半时间留给现场，线上参与者也有自己的环节。请保持。"},
		},
		committee: [3]string{"可与同一议题的另一提案合并。", "有名额即可采纳。", "建议采纳，安排大会场。"},
		why:       [5]string{"这些问题用“是”就能回答。", "只有最后一部分涉及互联网治理。", "文字多在说明议题为何重要，很少说明将讨论什么。", "连续五段发言算不上讨论。", "发言者都来自同一地区。"},
		remarks:   [2]string{"形式一项我比各位严格。若一半时间留给现场，我愿加一分。", "第三个问题我们理解不同：在我看来，只有它是新的。"},
	},
	"ar": {
		proposer: [3][2]string{
			{"الموضوع مهم، لكن النص لا يبيّن ما الذي سيخرج به الحاضرون من القاعة. اختموا كل جزء بنقطة اتفاق أو بنقطة خلاف.", "المحتوى أكبر من أن تتسع له جلسة واحدة. أبقوا سؤالاً واحداً من الثلاثة."},
			{"خطة متينة. اذكروا من سيعرض الرأي المخالف، إذ يبدو الجميع متفقين من البداية.", "الأسئلة جيدة، لكن الوقت المتاح للقاعة قليل. أرى اختصار الجولة الأولى إلى النصف."},
			{"واضح، معتدل في وعوده، وتسهل متابعته عن بُعد.", "نصف الوقت للقاعة، وللمشاركين عبر الإنترنت دور خاص بهم. حافظوا على ذلك."},
		},
		committee: [3]string{"يمكن دمجه مع مقترح آخر في الموضوع نفسه.", "يُقبل إن بقي مكان.", "يُقبل، في قاعة كبيرة."},
		why:       [5]string{"يمكن الإجابة عن الأسئلة بكلمة نعم.", "الجزء الأخير وحده يتصل بحوكمة الإنترنت.", "معظم النص يشرح أهمية الموضوع، والقليل منه يبيّن ما سيقال.", "خمس كلمات متتالية ليست نقاشاً.", "جميع المتحدثين من المنطقة نفسها."},
		remarks:   [2]string{"كنت أكثر تشدداً منكم في شكل الجلسة. إن نالت القاعة نصف الوقت رفعت الدرجة.", "نقرأ السؤال الثالث قراءة مختلفة: هو في نظري السؤال الجديد الوحيد."},
	},
}
