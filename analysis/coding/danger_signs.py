"""Signs that somebody may be in danger now, and signs that it is past, or a manner of speaking. Pure tables.

Each sign is one pattern over words in small letters with plain apostrophes. What a sign weighs is learnt from examples
(``training/danger.jsonl``), not set here.
"""

_PERSON = (
    r"(?:he|she|they|him|her|them|wife|husband|partner|girlfriend|boyfriend|ex|missus|mum|mom|mam|mother|dad|father"
    r"|stepdad"
    r"|stepmum|brother|sister|son|daughter|uncle|aunt|auntie|cousin|cousins|brothers|family|parents|in-laws"
    r"|father-in-law"
    r"|mother-in-law|grandson|carer|fella|bloke|gf|bf)"
)
_VIOLENT = (
    r"hit|hits|hitting|beat|beats|beating|beaten|punch\w*|kick(?:s|ed|ing)\b(?! (?:off|in|into|out of))|slap\w*"
    r"|smack\w*|stab\w*"
    r"|strangl\w*|chok(?:e|es|ed|ing)|throttl\w*|burn(?:s|ed|t|ing)?|scald\w*|bit(?:e|es|ten)?\b(?! (?:of|more|much"
    r"|late|too))"
    r"|hurt(?:s|ing)?|attack\w*|assault\w*|batter\w*|thump\w*|shak(?:e|es|ing) (?:him|her|the baby)|rap(?:e|es|ed)"
    r"|forces? me"
    r"|forced himself|drags?|dragged|grab(?:s|bed)|pinned|pins|shov\w+|push(?:es|ed) (?:me|him|her|them)|headbutt\w*"
    r"|whack\w*"
    r"|threw|throws|throwing|smash\w*|clouts?|clouted|belts?|belted|swings? (?:at|for)|lashes|lashed|cracks? (?:me"
    r"|him)"
    r"|went for (?:me|him)|kicks? (?:it|off|the door)|broke (?:my|our|the|his) (?:door|window|nose|arm|jaw|phone)"
    r"|knock(?:s|ed|ing) (?:me|him|her|them) (?:about|out|down|around|unconscious)"
    r"|drives? at (?:me|him|her)|spik(?:e|ed|ing)|poison\w*|drown\w*|suffocat\w*|smother\w*|(?:pillow|hand"
    r"|bag) over (?:my|his) (?:face|mouth|head)|tortur\w*|abus(?:es|ing) (?:him|me|her)"
)
_INJURY = (
    r"bruis\w*|black eye|black and blue|bleeding|blood|burns?\b|broken (?:arm|wrist|jaw|nose|rib|ribs|hand|finger"
    r"|leg|collarbone)"
    r"|cracked rib\w*|split lip|marks? on|scratch\w*|finger ?marks|cigarette burns?|passed out|lost consciousness"
    r"|unconscious"
    r"|concuss\w*|stitches|swollen|flinch\w*|lost (?:\w+ ){0,2}(?:stone|weight)|throat|neck|windpipe|shape of (?:her"
    r"|his) (?:shoe|hand)|wet himself|wake up on the floor|gripped my|walking like|wearing my teeth|face (?:is"
    r"|was) (?:a mess|swollen)"
    r"|eyes? (?:\w+ ){0,3}closed up|limp(?:s|ing)|a&e|ambulance|in ribbons|cut (?:her|his|my) own"
)

#: Sign -> its pattern.
SIGNS: dict[str, str] = {
    "now": (
        r"\b(?:tonight|right now|just now|at the moment|as (?:i|we) (?:type|write|speak)|writing this (?:from|in|at"
        r"|on|while)|typing this"
        r"|this (?:morning|afternoon|evening|minute|week|weekend|month)|today|last night|yesterday"
        r"|(?:the )?night before last"
        r"|(?:ten|five|\d+|few|couple of) (?:minutes|mins)|any (?:minute|moment)|an hour ago|currently|these days"
        r"|lately|recently"
        r"|next room|downstairs|upstairs|outside (?:my|his|our|the|her|since)|in the car park|two nights ago)\b"
    ),
    "lately": (
        r"\b(?:since|on|last|by|until|till|from|over) (?:the )?(?:\w+ )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|\bon (?:sat|sun|mon|tues?|weds?|thurs?|fri)\b"
        r"|\b(?:over|at|since|all|this|last|the) (?:the )?weekend\b|\b(?:two|three|four|five|\d) (?:times|nights"
        r"|days|weeks) (?:this|last|running|ago|now)\b"
        r"|\b(?:twice|again) (?:this|last)\b|\b(?:last|this|that|every) (?:week|fortnight)\b|\bsince (?:she|he|they"
        r"|january|february|march|april|may"
        r"|june|july|august|september|october|november|december|summer|easter|christmas)\b|\bfor (?:\w+ ){1,2}days\b"
        r"|\b(?:\w+ )?days running\b"
    ),
    "coming": (
        r"\b(?:tomorrow|next (?:week|month|time|mon|tue|wed|thu|fri|sat|sun)\w*|half term|in (?:\w+ ){1,2}(?:days"
        r"|weeks)|end of (?:the|this) (?:week|month)"
        r"|at (?:four|five|six|seven|eight|\d{1,2}(?= ?(?:o'clock|pm|am|[.,;!?]|$|tonight)))|by (?:four|five|six"
        r"|seven|sunday|friday"
        r"|christmas)|(?:goes|going|go|gone|been sent|has to go|sent|off) (?:back )?home to"
        r"|(?:goes|going|go|gone|went|has to go|have to go|off) back|off home|going home|go home|gets? out"
        r"|getting out|released|out on bail|bail|one way"
        r"|flight|flights|ticket|tickets booked|booked (?:for|his|her|a)|wedding|on his way|on her way|coming for"
        r"|coming up the stairs|has until|ask(?:ed)? for me|coming (?:back|round|over)|be back|is due"
        r"|before (?:long|christmas)|in the (?:holidays|summer))\b"
    ),
    "still": (
        r"\b(?:still (?:liv\w+|in the|with|under|here|there|at (?:home|hers|his)|sleep\w*|shar\w+|married|doing"
        r"|hap\w+|has|have|got|comes|turns|rings|follow\w*)"
        r"|(?:most|every|each|some|all) (?:nights?|days?|evenings?|mornings?|time|weekends?)|keeps? (?:\w+ing|the|my"
        r"|his|him|me|on)|again\b|(?:getting|gets|got|is|it's|its) worse"
        r"|has started|have started|begun to|started (?:on|to|follow|hitting)|nightly|daily|whenever|every time"
        r"|goes on|going on|kicking off|when(?:ever)? (?:she|he) (?:is|gets|'s)"
        r"|when (?:she|he)'s|times a day|twice (?:this|a)|three times)\b"
    ),
    "harm": (rf"\b(?:{_VIOLENT})\b"),
    "injury": (rf"\b(?:{_INJURY})\b"),
    "present violence": (
        rf"\b{_PERSON} (?:\w+ ){{0,2}}?(?:hits|beats|punches|kicks|slaps|smacks|strangles|chokes|burns|hurts|throws"
        rf"|drags|grabs|shakes|forces|locks|pins|bites|rapes"
        rf"|attacks|threatens|pushes|shoves|drives at|makes me|makes him|keeps (?:me|him|my|his|the)|holds|takes"
        rf"|withholds|controls|starves|watches|follows|checks|reads|listens"
        rf"|tracks|spits|thumps|batters|chucks|goes for|lays into|lays (?:hands|a hand)|has (?:me|him|my|his)"
        rf"|'?s (?:hitting|beating|hurting|punching|burning|following|watching"
        rf"|threatening|looking|holding|locking|started|got (?:my|his|me|him|a)|gonna|going to|taken|took|waiting"
        rf"|stood|been))\b"
        r"|\b(?:is|are|am|being|getting|gets?) (?:\w+ )?(?:hit|beaten|hurt|punched|strangled|burned|burnt|starved"
        r"|abused|attacked|raped|stalked|followed|watched|blackmailed|locked in|held|kept|forced)\b"
    ),
    "threat": (
        r"\b(?:threat\w*|(?:said|says|told|tells|promised|swears?|saying|reckons|messaged|texted"
        r"|say) (?:\w+ ){0,6}?(?:he'll|she'll|they'll|shell|hell|will|would|he's going|she's going|going to|gonna)"
        r"|(?:will|gonna|going to|'ll|wants? to|tried to|trying to|try to|threatened to|out to) (?:\w+ )?(?:kill"
        r"|burn|hurt|stab|find|finish|bury|end|shoot|smash|ruin|take the (?:kids|children)|hunt|get) (?:me|him|her"
        r"|us|it|them|you|the|my|his|both)?"
        r"|if i (?:leave|go|left|ever|don't|take|block|tell|open|say)|if (?:he|she|they) (?:finds?|sees?|knows?|knew"
        r"|catches|gets)|or else|one more word|if (?:mum|dad|mam|my \w+) (?:comes|finds|knows)"
        r"|got something for (?:me|her|him|us)|whatever happens to me|if something happens|something (?:would|will"
        r"|might) happen to|i won't make it|be killed|be dead|kill (?:me|him|us|her|the)|pay for (?:it|this)"
        r"|there'll be trouble|done for)\b"
    ),
    "weapon": (
        r"\b(?:kni(?:fe|ves)|guns?|shotgun|rifle|machete|hammer|baseball bat|bat (?:by|under|in)|petrol|acid|blades?"
        r"|scissors|axe|crowbar|cosh|kettle|iron\b|belt|boiling|razor|hatchet|screwdriver|bottle)\b"
    ),
    "suicide": (
        r"\b(?:suicid\w*|kill(?:ing)? (?:my|him|her|them)sel\w+|end(?:ing)? (?:it|my life|it all|things|his life"
        r"|her life)|tak(?:e|ing) (?:my|his|her) (?:own )?life|better off (?:dead|without me)|"
        r"(?:don't|dont|didn't|do not|not) (?:\w+ )?(?:want to|wanna) (?:be here|live|wake|be alive|go on|carry on)"
        r"|not (?:be|going to be) here (?:by|next|much|after|any)|can'?t (?:do this|go on|see a way|carry on"
        r"|take (?:it|any|much))|no way out|nothing (?:left )?to live|"
        r"(?:tablets?|pills?|paracetamol|medication) (?:\w+ ){0,3}(?:saved|stash\w*|stockpil\w*|counted|ready"
        r"|hidden)|(?:saved|saving|stockpil\w+|stash\w*|count\w*|collect\w*) (?:\w+ ){0,4}(?:tablets?|pills?"
        r"|paracetamol)|overdos\w*|self[- ]?harm\w*|cut(?:ting|s)? (?:himself|myself|herself)|hang (?:myself"
        r"|himself)|"
        r"rope|bridge|in front of (?:a|the) (?:train|lorry|bus)|(?:the|my|a) note is|letters? (?:written|to my)"
        r"|written (?:the|my) (?:note|letters?)|goodbye|said (?:his|my) goodbyes|nobody would (?:miss|notice|care)"
        r"|wouldn't wake|not wake up|wish i (?:hadn't|was dead|wasn't|were)|give up|giv(?:en|ing) away (?:his|my)"
        r"|do (?:herself|himself|myself) in|jump off|"
        r"picked the day|how to (?:go|do it)|what's stopping me|drive (?:the car )?into (?:a|the)|what's the point"
        r"|won't (?:last|be around)|don't think i'll (?:last|be)|"
        r"(?:be|being) around (?:much|for much) longer|off myself|top (?:myself|himself)|last (?:one|time) (?:you'll"
        r"|i'll)|dark place|affairs in order|in the ground|haven'?t been right|one way out|last night on"
        r"|quiet it would be|tell my kids|the obvious one|sleep and not)\b"
    ),
    "child": (
        r"\b(?:child|children|kids?|baby|toddler|son|daughter|grandson|granddaughter|nephew|niece|little (?:one|ones"
        r"|boy|girl|lad)|my (?:boy|girl|lad|boys|lads|girls|bairn|bairns)|pupil|year (?:\d{1,2}|seven|eight|nine|ten"
        r"|eleven)|"
        r"(?:he|she|lad|boy|girl|who)(?:'s| is| was|) (?:only )?(?:of )?(?:[1-9]|1[0-7]|two|three|four|five|six"
        r"|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)|aged? (?:[1-9]|1[0-7])|"
        r"i'?m (?:1[0-7]|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)|teenager|school gate|nursery)\b"
    ),
    "stalked": (
        r"\b(?:track(?:er|ing|s|ed)|airtag\w*|follow(?:s|ing|ed)? (?:me|him|us|my|her)|stalk\w*|watch(?:es"
        r"|ing) (?:me|him|us|the house|my)|turn(?:s|ed|ing) up (?:at|outside|here|on)|show(?:s|ing|ed) up"
        r"|parked (?:outside|across|on|up)|sat outside|sits outside|sitting outside|"
        r"stood (?:outside|across|at|on|by)|(?:been|is|was|he's|she's|waiting|waits|car|people) (?:\w+ )?outside"
        r"|found (?:me|us|him|out (?:where|which))|knows? where|looking for (?:me|him|us)|camera(?:s)? in|(?:reads?"
        r"|checks?|go(?:es|ne)? through|went through|going through|has|got into|listens? (?:to|in)) (?:\w+ )?(?:my"
        r"|his|me|everything) (?:\w+ )?(?:phone|messages|emails?|history|texts|post|calls?)|listens|"
        r"my (?:new )?address|whereabouts|lets? (?:him|her)self in|let (?:him|her)self in|(?:got|has|have"
        r"|still has) (?:a|my|the) key|my location|comes? to (?:my|the) (?:work|door|house|flat)|at my work"
        r"|rings? me \w+ times|messag(?:es|ing) me|coming to the door|checks the)\b"
    ),
    "fear": (
        r"\b(?:scared|terrified|frightened|afraid|petrified|fear(?:s|ing)?|not safe|isn't safe|unsafe"
        r"|don't feel safe|daren't|dare not|in hiding|hide (?:in|from)|hides|hiding|lock (?:myself|the door|my)"
        r"|chair against|barricad\w*|sleep (?:in|on|with)|sleeping (?:in|on|with)|on edge|begged|"
        r"don't (?:contact|ring|phone|call|reply|email|write)|dont (?:contact|ring|phone|call|reply|email|write)"
        r"|not (?:told|telling) any|haven't told|haven't said|don't tell|don't say|delete|can't (?:talk|say more"
        r"|ring|call|phone|speak|leave|get (?:away|out)|go (?:home|back))|cant (?:talk|say|ring|call|leave|go|do"
        r"|get)|"
        r"not safe to|made me promise|promise not|in secret|boots on|mouthed|help me|please (?:help|somebody|someone"
        r"|ring)|somebody (?:help|has to)|someone (?:help|has to)|scared to|desperate|tell me what to do|bolt (?:it"
        r"|the)|bolted|bag packed|skin crawl|don't sleep|cannot sleep|can't sleep|nobody to ring|no one to ring)\b"
    ),
    "held": (
        r"\b(?:won't let (?:me|him|us|them)|doesn't let|not (?:allowed|let) (?:out|to)|isn't allowed|aren't allowed"
        r"|lock(?:s|ing)? (?:me|him|us|the)|shouting for help|calling for help|weigh(?:s|ing) (?:me|him)|morphine"
        r"|in (?:my|his) (?:tea|food|drink)|no covers|answers (?:\w+ ){0,2}for him|under a blanket|brake line"
        r"|locked (?:in|out|up|away)|lock(?:s|ed) (?:him|me) (?:in|out)|shut (?:him|me) in|"
        r"(?:has|have|holds|holding|hold|keeps|kept|took|takes|taken|hid|hides|got|withholds?|withheld|controls?"
        r"|rations?|in) (?:\w+ ){0,2}(?:passport|bank cards?|cards?|keys|shoes|phone|insulin|inhaler|tablets|meds"
        r"|medication|medicine|pills|money|benefits|pension|wheelchair|glasses|hearing aids?|papers|visa)|"
        r"(?:empties|emptied|drains|takes) (?:my|his|her) (?:account|pension|wages)|not been let|banned from"
        r"|on oxygen|heating|cash machine|sign on|passport|insulin|inhaler|not eaten|haven't eaten|hasn't eaten"
        r"|stopped eating|no food|without food|(?:sleep|sleeps|sleeping|leaves? me|left) (?:\w+ ){0,3}(?:balcony"
        r"|shed|garage|car|van|floor|doorstep|loft|step)|no visa|home office if|forced to marry|be(?:ing)? married"
        r"|marry(?:ing)? (?:him|his|a)|back to (?:pakistan|india|bangladesh|somalia|lahore|mirpur)|"
        r"with(?:out| out) (?:me|his|my|him|her) (?:\w+ )?(?:insulin|inhaler|meds|medication)|off them|moved in"
        r"|moved (?:himself|herself) in|taken (?:his|over his)|signs? things)\b"
    ),
    "planned": (
        r"\b(?:i(?:'m| am|'ll| will| swear)?(?: going to| gonna| will|'ll)? (?:\w+ ){0,2}(?:hit back|kill (?:her|him"
        r"|them)|hurt (?:her|him|them)|get (?:her|him) back|do time|swing for|finish (?:her|him)|make sure (?:he"
        r"|she) never|not stop|sort (?:him|her) out|put (?:her|him) in|stab|teach (?:her|him)|snap)"
        r"|going round (?:there|to)|round there tonight|"
        r"i know where (?:she|he) (?:lives|drinks|works|is)|what (?:he|she)'ll do to|keep a (?:knife|hammer|bat"
        r"|blade)|(?:knife|bat|hammer|blade) (?:in my|under the|by the|by my)|feel it coming|won't be responsible"
        r"|something i(?:'ll)? regret|let (?:her|him) hurt|swing for)\b"
    ),
    "no answer": (
        r"\b(?:(?:no ?one|nobody|none|not one) (?:\w+ ){0,3}(?:rung|rang|answer\w*|came|come|called|knows?|back|does"
        r"|believes|has|will|to tell)|no (?:answer|call back|reply)|not (?:had|heard) (?:\w+ )?(?:a call|back"
        r"|anything)|still waiting for (?:a call|somebody|the police)|who to (?:tell|ring|call|turn)"
        r"|don't know (?:who|what|where)|dont (?:no|know) (?:who|what)|"
        r"haven't (?:come|called|rung|been|put|reported|logged)|got nowhere|nowhere to (?:go|sleep|stay)|begged me"
        r"|not (?:put it|reported|told)|told (?:me|us|my|the|a) (?:\w+ ){0,4}(?:today|this|last|on|twice|that)"
        r"|has told (?:me|us)|disclosed|closed it again|wouldn't come|they said they would|\"?monitor\"?"
        r"|not an emergency|can't reach|not answering|i don't know what to do|rung twice|i've logged)\b"
    ),
    "home with them": (
        r"\b(?:(?:live|lives|living|stay|stays|staying|stuck|share|shares|sharing|sleeps?|sleeping|house|flat|home"
        r"|room|here|in) (?:\w+ ){0,3}with (?:him|her|them|the man|the woman)|in (?:his|her|the same) (?:house|flat)"
        r"|(?:she|he)(?:'ll|'s| will| is) (?:be )?(?:home|back|in the|downstairs|asleep|upstairs|in (?:bed|there))"
        r"|under the same roof|at home (?:with|and)|back (?:home )?to (?:him|her|it)|gone home|go(?:es|ing)? home"
        r"|same house|i'm in the|i am in the)\b"
    ),
    "goes on now": (
        rf"\b{_PERSON}(?:'s|'ll| is| are| has| says| tells| keeps| gets| looks| turns| comes| goes| makes| takes"
        rf"| knows| wants| thinks| won't| can't| doesn't"
        r"| (?:\w+ly )?(?!this\b|was\b|has\b|is\b|as\b|his\b|us\b|always\b|across\b|perhaps\b|sometimes\b"
        r"|services\b)[a-z]{2,}s)\b"
        r"|\bi(?:'m| am|'ve been| keep| can't| daren't| don't| sleep| wake| feel| hear| think| wish| have to| live)\b"
    ),
    "told as past": (
        r"\b(?:i|he|she|they|we|it|who|that) (?:\w+ly )?(?:was|were|had|did|went|came|took|left|gave|found|sat|kept"
        r"|knew|felt|broke|stood|made|rang|used|lost|thought|needed|wanted|asked|walked|helped|stopped|moved|emptied"
        r"|turned|started)\b"
    ),
    "close": (
        r"\b(?:my|his|her|their|the|a)(?: own)? (?:ex|wife|husband|partner|girlfriend|boyfriend|missus|mum|mam"
        r"|mother|dad|father|step\w+|brothers?|sister|son|daughter|uncle|aunt|cousins?|nephew|niece|grandson|mate"
        r"|friend|flatmate|neighbour|tenant|client|resident|lad|man|gentleman|boy|baby|kids|children)\b(?:'s)?"
    ),
    "order": (
        r"\b(?:injunction|the order|non-mol\w*|restraining|bail|police|court|custody|prison|released|breach\w*)\b"
    ),
    "about me": (r"\b(?:i'm|i am|im|i've|i have|my|me)\b"),
    "about one": (r"\b(?:he|she|him|her|his|hers|he's|she's|hes|shes|he'll|she'll|he'd|she'd)\b"),
    "past": (
        r"\b(?:back then|at the time|years ago|months ago|years back|used to|once\b|ago\b|in (?:19|20)\d\d"
        r"|when i was|as a (?:child|kid|boy|lad)|that (?:was|winter|year|summer)|was (?:in|over) (?:19|20)|i left"
        r"|left (?:her|him) in|since i (?:left|got)|looking back|had been|"
        r"until (?:i|the day)|(?:the|that) (?:first|third|second|last) time i|for (?:years|decades|thirty|twenty"
        r"|ten)|in those days|died in|last year|it ended|long time|back in|never (?:again|shared)|it's over"
        r"|end of story|was the)\b"
    ),
    "safe now": (
        r"\b(?:i'm safe|i am safe|safe now|he's safe|happy now|not any ?more|no longer|any more, thanks|free of"
        r"|got out|moved on|new (?:town|job|partner|place)|saved (?:me|my)|thanks to|i have nothing but praise"
        r"|gave (?:him|me) (?:his|my) life|got better|doing well|haven't heard from|hasn't come near|can't reach me"
        r"|went to prison|on remand|don't any|stopped me from|would not be (?:alive|here)|wouldn't be (?:alive"
        r"|here))\b"
    ),
    "not so": (
        r"\b(?:doesn't|does not|never|nobody has|no one (?:was|has)|no-one|hasn't|isn't|wasn't|don't|not|nothing"
        r"|without) (?:\w+ ){0,2}(?:hit|hits|hurt|hurts|violent|danger|afraid|scared|unsafe|suicidal|threaten\w*"
        r"|literally|serious|kill\w*)\b"
    ),
    "services": (
        r"\b(?:services?|staff|training|train|trained|policy|polic(?:y|ies)|funding|contract|commission\w*|survey"
        r"|question\w*|form|forms|leaflet|poster|posters|appointment\w*|waiting list|group|men's|helpline|refuge for"
        r"|standards?|protocol|strategy|threshold\w*|assessment\w*|manager|team|counsell\w+|volunteer\w*|numbers"
        r"|clients|victims|survivors|perpetrator\w*|agenc(?:y|ies)|meeting\w*)\b"
    ),
    "in general": (
        r"\b(?:should|ought|would have|could have|would've|could've|i'd (?:tell|like|say|have)|any man|men (?:who"
        r"|with|at|fear|are|want|do)|every (?:man|child)|people who|if a (?:man|lad|victim)|a man (?:who|has|with)"
        r"|imagine|needs? (?:to|a|more|somebody)|must|please (?:put|take|don't)|ask (?:about|every)|some men|we(?:'d"
        r"| would) rather|you have to|what (?:happens|would|i'd)|somebody will|one day)\b"
    ),
}

#: What is done, when it is, and what speaks against it: signs of these kinds are counted and paired.
WHAT = frozenset(
    ("harm", "injury", "threat", "weapon", "suicide", "stalked", "held", "planned", "present violence", "fear")
)
WHEN = frozenset(("now", "lately", "coming", "still", "home with them"))
AGAINST = frozenset(("past", "safe now", "not so", "services", "in general"))
PAIRED = frozenset(("about me", "about one", "goes on now", "told as past", "close", "child", "no answer"))
#: What is marked where a passage is shown: reasons to look. The other signs only add to the sum.
SHOWN = WHAT | WHEN | {"child", "no answer"}
