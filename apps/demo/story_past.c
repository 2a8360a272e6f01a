/* SPDX-License-Identifier: MIT */
/* Five days at 12 Mill Lane: somebody has left a piano in the courtyard. */
#include "stories.h"

#define AGO(days, hours, minutes) (((days)*24L + (hours)) * 60 + (minutes))

const struct beat stories_past[] = {
    {AGO(5, 4, 10), MIRA, POST, "rye", .text = "First rye of the week is out. I dropped one, so there is also a *rustic* rye. Half price.\n\n{picture}",
     .picture = PICTURE_BREAD, .alt = "Three scored loaves on a round wooden board"},
    {AGO(5, 3, 30), TOMAS, REACT, .to = "rye", .text = "😋"},
    {AGO(5, 3, 2), TOMAS, REPLY, .to = "rye", .text = "On a roll again, Mira."},
    {AGO(5, 2, 55), MIRA, REPLY, "roll", .to = "rye", .text = "Tomás. I have not even had coffee yet."},
    {AGO(5, 2, 54), TOMAS, REPLY, .to = "roll", .text = "Yeast I can do."},
    {AGO(5, 2, 20), EDDA, REACT, .to = "roll", .text = "❤️"},
    {AGO(5, 1, 0), AYSE, REACT, .to = "rye", .text = "👍"},
    {AGO(4, 22, 0), AYSE, POST, "tomato", .text = "They are coming! Whoever lent me the bamboo canes: they are in use until October, and so is my gratitude. #garden\n\n{picture}",
     .picture = PICTURE_TOMATOES, .alt = "Red and yellow tomatoes between leaves, on two canes"},
    {AGO(4, 21, 10), HANA, REACT, .to = "tomato", .text = "🍅"},
    {AGO(4, 21, 0), JANNIK, REPLY, .to = "tomato", .text = "Das waren meine Stangen. Eigentlich waren es Fahnenmasten. Behalt sie!"},
    {AGO(4, 20, 40), AYSE, REPLY, .to = "tomato", .text = "Then I shall grow flags, {@jannik}."},
    {AGO(4, 12, 0), JANNIK, POST, "kette", .text = "**Werkstatt-Sprechstunde** heute ab fünf im Hof.\n\n- Ketten ölen: umsonst\n- Bremsen einstellen: ein Stück Kuchen\n- Achter zentrieren: zwei Stück Kuchen\n- Ratschläge: nicht zu verhindern"},
    {AGO(4, 11, 0), MIRA, REACT, .to = "kette", .text = "🍰"},
    {AGO(4, 10, 30), TOMAS, REPLY, .to = "kette", .text = "Kann man auch mit der Straßenbahn kommen? Bei mir quietscht etwas. Ich glaube, es ist Linie 4."},
    {AGO(4, 10, 10), JANNIK, REPLY, .to = "kette", .text = "Drei Stück Kuchen."},
    {AGO(4, 1, 0), SAMIR, FOLLOW, .whom = YOU},
    {AGO(4, 0, 50), SAMIR, POST, "spider", .warning = "a spider, large, but with good manners",
     .text = "Night shift. There was a spider in the linen cupboard, about the size of a saucer. Nobody dared go in, so we were short of sheets from two to four. Then I carried her out on the admissions form. She has now officially been admitted. And discharged, in good health.\n\nI named her Head Nurse. She had the walk."},
    {AGO(4, 0, 20), AYSE, REPLY, .to = "spider", .text = "Thank you for carrying her out! Was it hairy, or more of the long-legged kind? I ask for a friend, who is a teacher, who is me."},
    {AGO(4, 0, 5), SAMIR, REPLY, .to = "spider", .text = "I did not ask. There is such a thing as bedside manners."},
    {AGO(3, 23, 0), HANA, REACT, .to = "spider", .text = "🕷️"},
    {AGO(3, 16, 0), HANA, POST, "piano?", .text = "Um. Everybody? There is a **piano** in the courtyard. It was not there at midnight, and now it is there. うちの猫がもう住んでいます。(My cat already lives on it.)\n\n{picture}",
     .picture = PICTURE_PIANO, .alt = "An upright piano against a brick wall, a dark cat lying on top of it. One white key is missing"},
    {AGO(3, 15, 50), TOMAS, REPLY, "key", .to = "piano?", .text = "That is a grand mystery. No: an upright one."},
    {AGO(3, 15, 45), MIRA, REPLY, .to = "key", .text = "I have been up since four and heard nothing! How does one carry a piano past a baker?"},
    {AGO(3, 15, 40), TOMAS, REPLY, "piano!", .to = "key", .text = "*Pianissimo.*"},
    {AGO(3, 15, 38), MIRA, REACT, .to = "piano!", .text = "😂"},
    {AGO(3, 15, 37), JANNIK, REACT, .to = "piano!", .text = "😂"},
    {AGO(3, 15, 36), MIRA, REPLY, "ban", .to = "piano!", .text = "Out. No rolls for you until Friday."},
    {AGO(3, 15, 34), TOMAS, REPLY, .to = "ban", .text = "That is a bit *forte*."},
    {AGO(3, 15, 30), EDDA, REPLY, "wheels", .to = "piano?", .text = "There are four wheel marks in the dew, and one set of small footprints. Whoever it was came alone and wore the wrong shoes."},
    {AGO(3, 15, 10), AYSE, REPLY, .to = "wheels", .text = "Edda, you have to stop using the telescope for this. (What kind of shoes?)"},
    {AGO(3, 15, 0), EDDA, REPLY, .to = "wheels", .text = "Slippers."},
    {AGO(3, 14, 0), JANNIK, REPLY, .to = "piano?", .text = "Eine Taste fehlt, das a über dem Schloss. Den Rest kriege ich hin. Ein Klavier ist auch nur ein Fahrrad mit 230 Speichen."},
    {AGO(3, 12, 0), MIRA, SHARE, .to = "piano?", .text = "Does anybody outside our house miss a piano? One cat included."},
    {AGO(3, 6, 0), TOMAS, POST, "dawn", .text = "First run of the day, between Harbour and Mill Lane, nobody on board but me and this.\n\n{picture}", .picture = PICTURE_DAWN,
     .alt = "A low sun behind dark roofs; two tram rails catch the light"},
    {AGO(3, 5, 0), HANA, REACT, .to = "dawn", .text = "😍"},
    {AGO(3, 4, 50), EDDA, REACT, .to = "dawn", .text = "❤️"},
    {AGO(3, 4, 0), AYSE, REACT, .to = "dawn", .text = "❤️"},
    {AGO(3, 3, 0), SAMIR, REPLY, .to = "dawn", .text = "I was the one running after you. صباح الخير."},
    {AGO(3, 2, 50), TOMAS, REPLY, .to = "dawn", .text = "I waved! I thought that you were jogging!"},
    {AGO(2, 20, 0), EDDA, POST, "log", .text =
     "## What I learnt from thirty-one years of keeping a light\n\n"
     "People ask whether it was lonely. I have thought about it for some time (it is what one does there), and here is what I can report.\n\n"
     "1. **Nobody thanks a light.** You know that you have done well when nothing happens. Most good work is like that; tell the people who do yours.\n"
     "2. **Say when, not whether.** A lamp that burns sometimes is worse than none. The same goes for friends.\n"
     "3. **Write it down.** I kept a log of 11,300 nights. Most say *fair, nothing to report*. I have read them again this winter, and every one is a whole evening.\n"
     "4. **There is always another light.** On clear nights I saw three others along the coast. We never met. For years I believed that I watched over the ships, until I understood that we four watched over one another.\n\n"
     "> 14 March, 1991. Gale from NW. Lamp out at 02:10, lit by hand until dawn. Ate soup. The soup was good.\n\n"
     "| year | storms | visitors | soups |\n|---|---|---|---|\n| 1984 | 41 | 2 | 188 |\n| 1991 | 38 | 0 | 203 |\n| 2004 | 22 | 17 | 160 |\n\n"
     "So: no, not lonely. But I do like that there is light in your windows when I close my curtains, and I look, each night, all the way round.\n\n{picture}\n\n#lighthouse",
     .picture = PICTURE_SEA, .alt = "A red and white lighthouse on a green point over a calm sea"},
    {AGO(2, 19, 30), MIRA, REPLY, "log-mira", .to = "log", .text = "I am crying into the brioche. It needed salt anyway."},
    {AGO(2, 19, 20), HANA, REACT, .to = "log", .text = "😢"},
    {AGO(2, 19, 10), TOMAS, REACT, .to = "log", .text = "❤️"},
    {AGO(2, 19, 0), JANNIK, REACT, .to = "log", .text = "❤️"},
    {AGO(2, 18, 0), SAMIR, REPLY, .to = "log", .text = "Number one should hang over the door of every ward."},
    {AGO(2, 17, 0), HANA, REPLY, .to = "log", .text = "What was in the soup, Edda?"},
    {AGO(2, 16, 40), EDDA, REPLY, .to = "log", .text = "In 1991? Everything that was left."},
    {AGO(2, 9, 0), MIRA, WALL, "wall-mira", .whom = YOU, .text = "{you}! You have really moved in here! I have put a loaf on your windowsill. If it is gone, ask the cat, not me."},
    {AGO(2, 8, 50), HANA, REACT, .to = "wall-mira", .text = "🐈"},
    {AGO(2, 8, 30), HANA, REPLY, .to = "wall-mira", .text = "The cat wishes to make no statement."},
    {AGO(2, 2, 0), SAMIR, WALL, .whom = YOU, .text = "Hello neighbour! We only know each other from the stairs (I am the one with the saucepan). Write to me if you ever need soup at four in the morning."},
    {AGO(1, 20, 0), JANNIK, POST, "saite", .text = "Klavier, Tag 2. Innen gefunden: drei Bleistifte, ein Tramfahrschein von 1962, eine Walnuss. Und einen **Brief**, der hinter dem Resonanzboden klemmt. Ich komme nur noch nicht dran."},
    {AGO(1, 19, 40), TOMAS, REPLY, .to = "saite", .text = "1962! Der gilt noch, wenn man mich nett fragt."},
    {AGO(1, 19, 0), EDDA, REPLY, "letter?", .to = "saite", .text = "A letter. Nobody opens it before I have found my glasses."},
    {AGO(1, 18, 50), AYSE, REACT, .to = "letter?", .text = "👀"},
    {AGO(1, 10, 0), AYSE, WALL, .whom = MIRA, .text = "Your starter Kevin has grown over the edge and is on its way to my basil. I am not scared. I only mention it."},
    {AGO(1, 3, 0), EDDA, LETTER, .whom = YOU, .text = "Dear {you}, between us: somebody plays the piano at night, very softly, always the same eight bars. Third time now. It is not one of the old tenants; I know all their coughs. Do you hear it as well?"},
    {AGO(0, 9, 0), TOMAS, WALL, .whom = YOU, .text = "Saved you a seat on the 4, {you}. Row two, by the window, the one that does not squeak."},
    {AGO(0, 5, 0), HANA, POST, "otter", .text = "Today I drew: otter, otter, otter, `otter`, **otter**, ~~weasel~~ otter."},
    {AGO(0, 4, 30), AYSE, REACT, .to = "otter", .text = "🦦"},
    {AGO(0, 4, 0), SAMIR, REACT, .to = "otter", .text = "😂"},
    {AGO(0, 3, 0), AYSE, POST, "dinner", .text = "**Courtyard dinner, Saturday, at seven.** Long table, bring a chair and something that steams. I have tomatoes. I have so many tomatoes. {@you}, you are coming, and that was not a question. #saturday"},
    {AGO(0, 2, 50), MIRA, REPLY, .to = "dinner", .text = "Bread: obviously."},
    {AGO(0, 2, 40), SAMIR, REPLY, .to = "dinner", .text = "Lentils, for twenty, or for me after a night shift."},
    {AGO(0, 2, 10), JANNIK, REPLY, .to = "dinner", .text = "Ich bringe Bänke und ein Klavier, das bis dahin **fast** stimmt."},
    {AGO(0, 1, 30), EDDA, REPLY, .to = "dinner", .text = "I shall bring soup. And the weather."},
    {AGO(0, 0, 12), MIRA, POST, "night", .text = "Did anybody else hear that just now? Somebody is playing in the courtyard. In this drizzle."},
};
const int stories_past_count = sizeof stories_past / sizeof *stories_past;
